import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CONFIG } from '../config';
import { queueOptions } from './backend';
import { QueueMaintenance } from './queue-maintenance';

/** BullMQ's root. Rooms register their own queues with `BullModule.registerQueue({ name })`. */
@Module({
  imports: [BullModule.forRootAsync({ inject: [CONFIG], useFactory: queueOptions }), DiscoveryModule],
  providers: [QueueMaintenance],
  exports: [QueueMaintenance],
})
export class QueueModule {}
