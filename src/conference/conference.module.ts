import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NodesModule } from '../nodes';
import { ConferenceService } from './conference.service';
import { ConferenceController } from './conference.controller';
import { Conference } from './conference.entity';
import { ConferenceMember } from './members/conference-member.entity';
import { ConferenceNodes } from './conference-nodes';
import { ConferenceRetention } from './conference-retention';
import { ConferenceRepository } from './conference.repository';
import { ConferenceFacade } from './conference.facade';
import { GraceSweep } from './members/grace.sweep';
import { MediaTracker } from './members/media-tracker';
import { MemberRepository } from './members/member.repository';
import { MemberAdmission } from './members/member-admission';

@Module({
  imports: [TypeOrmModule.forFeature([Conference, ConferenceMember]), NodesModule],
  controllers: [ConferenceController],
  providers: [
    ConferenceService,
    ConferenceNodes,
    ConferenceRetention,
    ConferenceRepository,
    ConferenceFacade,
    GraceSweep,
    MediaTracker,
    MemberRepository,
    MemberAdmission,
  ],
  exports: [ConferenceFacade],
})
export class ConferenceModule {}
