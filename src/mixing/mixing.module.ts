import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LiveModule } from '../live';
import { ClientMixing } from './client-mixing';
import { MixTask } from './mix-task.entity';
import { MixTaskFeed } from './mix-task-feed';
import { MixTaskKeeper } from './mix-task-keeper';
import { MixTaskRepository } from './mix-task.repository';
import { MixingApi } from './mixing.api';
import { MixingController } from './mixing.controller';
import { MixingService } from './mixing.service';
import { MIX_QUEUE, ServerMixing } from './server-mixing';

@Module({
  imports: [TypeOrmModule.forFeature([MixTask]), BullModule.registerQueue({ name: MIX_QUEUE }), LiveModule],
  controllers: [MixingController],
  providers: [
    ClientMixing,
    MixingApi,
    MixingService,
    MixTaskFeed,
    MixTaskKeeper,
    MixTaskRepository,
    ServerMixing,
  ],
  exports: [MixingService, MixTaskFeed, MixTaskRepository],
})
export class MixingModule {}
