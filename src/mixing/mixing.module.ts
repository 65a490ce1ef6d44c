import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { join } from 'node:path';
import { LiveModule } from '../live';
import { MixTask } from './task/mix-task.entity';
import { MixMoves } from './task/mix-moves';
import { MixTaskDispatcher } from './task/mix-task-dispatcher';
import { MixOverviewRepository } from './task/mix-overview.repository';
import { MixTaskRepository } from './task/mix-task.repository';
import { MixWorker } from './mixers/mix-worker.entity';
import { MixWorkerRepository } from './mixers/mix-worker.repository';
import { MixerLoadRepository } from './mixers/mixer-load.repository';
import { MixersController } from './mixers/mixers.controller';
import { MixersService } from './mixers/mixers.service';
import { MixingService } from './mixing.service';
import { MixingController } from './mixing.controller';
import { MixingFacade } from './mixing.facade';
import { MixingStrategies, STRATEGIES } from './strategy/mixing-strategies';
import type { MixingStrategy } from './strategy/mixing-strategy';
import { PREVIEW_PATH, PreviewRenderer } from './preview/preview-renderer';
import { MIX_QUEUE, ServerMixing } from './strategy/server-mixing';

@Module({
  imports: [
    TypeOrmModule.forFeature([MixTask, MixWorker]),
    BullModule.registerQueue({ name: MIX_QUEUE }),
    LiveModule,
  ],
  controllers: [MixingController, MixersController],
  providers: [
    ...STRATEGIES,
    {
      provide: MixingStrategies,
      useFactory: (...all: MixingStrategy[]) => new MixingStrategies(all),
      inject: STRATEGIES,
    },
    MixingService,
    MixingFacade,
    MixTaskDispatcher,
    MixMoves,
    MixTaskRepository,
    MixOverviewRepository,
    MixWorkerRepository,
    MixerLoadRepository,
    MixersService,
    PreviewRenderer,
    { provide: PREVIEW_PATH, useValue: join(__dirname, '../roles/preview-process.js') },
  ],
  exports: [MixingFacade, MixingStrategies, MixTaskRepository, MixWorkerRepository, ServerMixing],
})
export class MixingModule {}
