import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConferenceModule } from '../conference';
import { ImModule } from '../im';
import { LiveModule } from '../live';
import { MixingModule } from '../mixing';
import { BypassChanges } from './bypass-changes';
import { BypassFlow } from './bypass-flow';
import { BypassLiveController } from './bypass-live.controller';
import { BypassLive, BypassWatcher } from './bypass-live.entity';
import { BypassLiveListener } from './bypass-live.listener';
import { BypassLiveRepository } from './bypass-live.repository';
import { BypassLiveService } from './bypass-live.service';
import { BypassLiveSignals } from './bypass-live.signals';
import { BypassLiveSweep } from './bypass-live.sweep';
import { BypassMix } from './bypass-mix';
import { Lookout } from './lookout';
import { Tightening } from './tightening';
import { WatchController } from './watch.controller';
import { WatchService } from './watch.service';

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
    BypassLiveSweep,
    BypassMix,
    Lookout,
    Tightening,
    WatchService,
  ],
})
export class BypassLiveModule {}
