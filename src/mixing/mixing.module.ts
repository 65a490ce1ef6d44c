import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LiveModule } from '../live';
import { ClientMixing } from './strategy/client-mixing';
import { MixTask } from './task/mix-task.entity';
import { MixTaskNotifications } from './task/mix-task-notifications';
import { MixTaskKeeper } from './task/mix-task-keeper';
import { MixTaskRepository } from './task/mix-task.repository';
import { MixingService } from './mixing.service';
import { MixingController } from './mixing.controller';
import { MixingFacade } from './mixing.facade';
import { MIX_QUEUE, ServerMixing } from './strategy/server-mixing';

@Module({
  imports: [TypeOrmModule.forFeature([MixTask]), BullModule.registerQueue({ name: MIX_QUEUE }), LiveModule],
  controllers: [MixingController],
  providers: [
    ClientMixing,
    MixingService,
    MixingFacade,
    MixTaskNotifications,
    MixTaskKeeper,
    MixTaskRepository,
    ServerMixing,
  ],
  exports: [MixingFacade, MixTaskNotifications, MixTaskRepository],
})
export class MixingModule {}
