export { type BoundRow, MixBinding, shows } from './binding/mix-binding';
export { isOnAir } from './binding/on-air';
export { isLive, isWaiting } from './task/mix-task.state';
export { type MixReason, MixTaskChanged, type MixTaskRecord } from './task/mix-task.events';
export { mixTaskView } from './task/mix-task.view';
export { MixingModule } from './mixing.module';
export { type MixContent, type MixEdit, MixingFacade, type MixStart } from './mixing.facade';
export { MIXER_PATH } from './worker/mix.processor';
export { MixingWorkerModule } from './worker/mixing-worker.module';
