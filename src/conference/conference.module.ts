import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NodesModule } from '../nodes';
import { ConferenceApi } from './conference.api';
import { ConferenceController } from './conference.controller';
import { Conference } from './conference.entity';
import { ConferenceMemberRow } from './conference-member.entity';
import { ConferenceNodes } from './conference-nodes';
import { ConferenceRepository } from './conference.repository';
import { ConferenceService } from './conference.service';
import { GraceSweep } from './grace-sweep';
import { MediaTracker } from './media-tracker';
import { MemberRepository } from './member.repository';
import { MemberStints } from './member-stints';

@Module({
  imports: [TypeOrmModule.forFeature([Conference, ConferenceMemberRow]), NodesModule],
  controllers: [ConferenceController],
  providers: [
    ConferenceApi,
    ConferenceNodes,
    ConferenceRepository,
    ConferenceService,
    GraceSweep,
    MediaTracker,
    MemberRepository,
    MemberStints,
  ],
  exports: [ConferenceService],
})
export class ConferenceModule {}
