export { migrateQueues } from './backend';
export { QueueKeeper } from './queue-keeper';
export { QueueModule } from './queue.module';
export { TimeoutJobs, TimeoutProcessor } from './timeouts';
