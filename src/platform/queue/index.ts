export { migrateQueues } from './backend';
export { QueueMaintenance } from './queue-maintenance';
export { QueueModule } from './queue.module';
