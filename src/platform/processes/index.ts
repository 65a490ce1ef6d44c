export { forkChild, runChild, spawnChild } from './child';
