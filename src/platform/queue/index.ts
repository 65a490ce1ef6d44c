export { migrateQueues } from './backend';
export { QueueMaintenance } from './queue-maintenance';
export { QueueModule } from './queue.module';
export { TimeoutJobs, TimeoutProcessor } from './timeouts';
