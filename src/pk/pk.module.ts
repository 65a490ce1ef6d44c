import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CoHostModule } from '../co-host';
import { ImModule } from '../im';
import { LiveModule } from '../live';
import { ChallengeService } from './challenges/challenge.service';
import { PkFlow } from './pk-flow';
import { PkController } from './pk.controller';
import { PkMatch, PkSide } from './pk.entity';
import { PK_QUEUE, PkJobs } from './pk.jobs';
import { PkListener } from './pk.listener';
import { PkProcessor } from './pk.processor';
import { PkRepository } from './pk.repository';
import { PkService } from './pk.service';
import { PkSignals } from './pk.signals';
import { PkSweep } from './pk.sweep';

@Module({
  imports: [
    TypeOrmModule.forFeature([PkMatch, PkSide]),
    BullModule.registerQueue({ name: PK_QUEUE }),
    CoHostModule,
    ImModule,
    LiveModule,
  ],
  controllers: [PkController],
  providers: [
    ChallengeService,
    PkFlow,
    PkJobs,
    PkListener,
    PkProcessor,
    PkRepository,
    PkService,
    PkSignals,
    PkSweep,
  ],
})
export class PkModule {}
