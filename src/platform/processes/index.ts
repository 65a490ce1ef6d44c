export { forkChild, runChild, spawnChild } from './child';
export { usableCores } from './cores';
