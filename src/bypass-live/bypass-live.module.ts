import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConferenceModule } from '../conference';
import { ImModule } from '../im';
import { LiveModule } from '../live';
import { MixingModule } from '../mixing';
import { BypassChanges } from './run/bypass-changes';
import { BypassFlow } from './run/bypass-flow';
import { BypassLiveController } from './bypass-live.controller';
import { BypassLive, BypassWatcher } from './bypass-live.entity';
import { BypassLiveListener } from './bypass-live.listener';
import { BypassLiveRepository } from './bypass-live.repository';
import { BypassLiveService } from './bypass-live.service';
import { BypassLiveSignals } from './bypass-live.signals';
import { BypassInspection } from './run/bypass-inspection';
import { BypassLiveSweep } from './run/bypass-live.sweep';
import { BypassMix } from './run/bypass-mix';
import { WatchLongPoll } from './watch/watch-long-poll';
import { AudienceRevocation } from './watch/audience-revocation';
import { WatchReader } from './watch/watch-reader';
import { WatchController } from './watch/watch.controller';
import { WatchService } from './watch/watch.service';

@Module({
  imports: [
    TypeOrmModule.forFeature([BypassLive, BypassWatcher]),
    LiveModule,
    ConferenceModule,
    MixingModule,
    ImModule,
  ],
  controllers: [BypassLiveController, WatchController],
  providers: [
    BypassChanges,
    BypassFlow,
    BypassLiveListener,
    BypassLiveRepository,
    BypassLiveService,
    BypassLiveSignals,
    BypassInspection,
    BypassLiveSweep,
    BypassMix,
    WatchLongPoll,
    AudienceRevocation,
    WatchReader,
    WatchService,
  ],
})
export class BypassLiveModule {}
