export { MixTask } from './mix-task.entity';
export { type MixReason, MixTaskChanged, type MixTaskRecord } from './mix-task.events';
export { toMixTaskView } from './mix-task.view';
export { MixingModule } from './mixing.module';
export { MixingService, type MixStart } from './mixing.service';
export { MIXER_PATH } from './worker/mix.processor';
export { MixingWorkerModule } from './worker/mixing-worker.module';
