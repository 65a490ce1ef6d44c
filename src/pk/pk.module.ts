import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CoHostModule } from '../co-host';
import { ImModule } from '../im';
import { LiveModule } from '../live';
import { ChallengeService } from './challenges/challenge.service';
import { PkChanges } from './match/pk-changes';
import { PkFlow } from './match/pk-flow';
import { PK_QUEUE, PkJobs } from './pk.jobs';
import { PkProcessor } from './pk.processor';
import { PkSweep } from './pk.sweep';
import { PkController } from './pk.controller';
import { PkMatch, PkSide } from './pk.entity';
import { PkListener } from './pk.listener';
import { PkRepository } from './pk.repository';
import { PkService } from './pk.service';
import { PkSignals } from './pk.signals';

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
    PkChanges,
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
