import { Module } from '@nestjs/common';
import { ConferenceModule } from '../conference';
import { ImModule } from '../im';
import { LiveModule } from '../live';
import { ConferenceSignals } from './conference.signals';
import { MixSignals } from './mix.signals';

/** Signals of the rooms that are below IM and can't call it: conference and mixing. */
@Module({
  imports: [ConferenceModule, LiveModule, ImModule],
  providers: [ConferenceSignals, MixSignals],
})
export class SignalsModule {}
