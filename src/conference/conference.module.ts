import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NodesModule } from '../nodes';
import { AdmissionController } from './admission/admission.controller';
import { AdmissionService } from './admission/admission.service';
import { AdmissionRequest } from './admission/request.entity';
import { RequestRepository } from './admission/request.repository';
import { NamedConferences } from './conference-access';
import { ConferenceService } from './conference.service';
import { ConferenceController } from './conference.controller';
import { Conference } from './conference.entity';
import { ConferenceMember } from './members/conference-member.entity';
import { ConferenceNodes } from './conference-nodes';
import { ConferenceRetention } from './conference-retention';
import { ConferenceRepository } from './conference.repository';
import { ConferenceFacade } from './conference.facade';
import { NumberLookups } from './number-lookups';
import { GraceSweep } from './members/grace.sweep';
import { MediaTracker } from './members/media-tracker';
import { MemberCorrections } from './members/member-corrections';
import { MemberRepository } from './members/member.repository';
import { MemberAdmission } from './members/member-admission';

@Module({
  imports: [TypeOrmModule.forFeature([AdmissionRequest, Conference, ConferenceMember]), NodesModule],
  controllers: [AdmissionController, ConferenceController],
  providers: [
    AdmissionService,
    NamedConferences,
    ConferenceService,
    NumberLookups,
    RequestRepository,
    ConferenceNodes,
    ConferenceRetention,
    ConferenceRepository,
    ConferenceFacade,
    GraceSweep,
    MediaTracker,
    MemberCorrections,
    MemberRepository,
    MemberAdmission,
  ],
  exports: [ConferenceFacade],
})
export class ConferenceModule {}
