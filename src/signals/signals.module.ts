import { Module } from '@nestjs/common';
import { ConferenceModule } from '../conference';
import { ImModule } from '../im';
import { LiveModule } from '../live';
import { ConferenceSignals } from './conference.signals';
import { LiveSignals } from './live.signals';
import { MixSignals } from './mix.signals';

/** Signals of the rooms below IM, which can't call it. */
@Module({
  imports: [ConferenceModule, LiveModule, ImModule],
  providers: [ConferenceSignals, LiveSignals, MixSignals],
})
export class SignalsModule {}
