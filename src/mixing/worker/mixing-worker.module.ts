import { Module } from '@nestjs/common';
import { join } from 'node:path';
import { ConferenceModule } from '../../conference';
import { LiveModule } from '../../live';
import { MixingModule } from '../mixing.module';
import { MIXER_PATH, MixProcessor } from './mix.processor';

/** Takes mix jobs: in ROLE=all beside the API, in ROLE=mixer alone. */
@Module({
  imports: [MixingModule, ConferenceModule, LiveModule],
  providers: [MixProcessor, { provide: MIXER_PATH, useValue: join(__dirname, '../../roles/mix-process.js') }],
})
export class MixingWorkerModule {}
