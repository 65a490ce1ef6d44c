import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConferenceModule } from '../conference';
import { ImModule } from '../im';
import { LiveModule } from '../live';
import { MixingModule } from '../mixing';
import { CoHostBan } from './bans/ban.entity';
import { BanRepository } from './bans/ban.repository';
import { BanService } from './bans/ban.service';
import { ModerationController } from './moderation.controller';
import { CoHostController } from './co-host.controller';
import { CO_HOST_QUEUE, CoHostJobs } from './co-host.jobs';
import { CoHostListener } from './co-host.listener';
import { CoHostProcessor } from './co-host.processor';
import { CoHostService } from './co-host.service';
import { CoHostSignals } from './co-host.signals';
import { CoHostSweep } from './co-host.sweep';
import { SessionInspection } from './session/session-inspection';
import { HostAppSignals } from './host-app.signals';
import { AdmissionService } from './invitations/admission.service';
import { ChallengeFacade } from './invitations/challenge.facade';
import { InvitationAccess } from './invitations/invitation-access';
import { InvitationChecks } from './invitations/invitation-checks';
import { InvitationLifecycle } from './invitations/invitation-lifecycle';
import { InvitationController } from './invitations/invitation.controller';
import { Invitation } from './invitations/invitation.entity';
import { InvitationRepository } from './invitations/invitation.repository';
import { InvitationService } from './invitations/invitation.service';
import { ClientMixingController } from './mix/client-mixing.controller';
import { ClientMixingService } from './mix/client-mixing.service';
import { MixSwitch } from './mix/switch/mix-switch.entity';
import { MixSwitchRepository } from './mix/switch/mix-switch.repository';
import { MixSwitches } from './mix/switch/mix-switches';
import { ClientSessionMixing } from './mix/mode/client-session-mixing';
import { ServerSessionMixing } from './mix/mode/server-session-mixing';
import { SessionMixings } from './mix/mode/session-mixings';
import { SessionMix } from './mix/scene/session-mix';
import { SeatMembership } from './seats/seat-membership';
import { SeatRemoval } from './seats/seat-removal';
import { CoHostMember } from './seats/member.entity';
import { MemberRepository } from './seats/member.repository';
import { SeatService } from './seats/seat.service';
import { PairingFacade } from './session/pairing.facade';
import { SessionAccess } from './session/session-access';
import { SessionChanges } from './session/session-changes';
import { SessionCleanup } from './session/session-cleanup';
import { SessionFlow } from './session/session-flow';
import { SessionOpening } from './session/session-opening';
import { SessionRelocation } from './session/session-relocation';
import { CoHostSession } from './session/session.entity';
import { SessionRepository } from './session/session.repository';

@Module({
  imports: [
    TypeOrmModule.forFeature([Invitation, CoHostSession, CoHostMember, CoHostBan, MixSwitch]),
    BullModule.registerQueue({ name: CO_HOST_QUEUE }),
    LiveModule,
    ConferenceModule,
    MixingModule,
    ImModule,
  ],
  controllers: [InvitationController, CoHostController, ModerationController, ClientMixingController],
  providers: [
    AdmissionService,
    BanRepository,
    BanService,
    ChallengeFacade,
    ClientMixingService,
    ClientSessionMixing,
    CoHostJobs,
    CoHostListener,
    CoHostProcessor,
    CoHostService,
    CoHostSignals,
    CoHostSweep,
    SessionInspection,
    HostAppSignals,
    InvitationAccess,
    InvitationChecks,
    InvitationLifecycle,
    InvitationRepository,
    InvitationService,
    MixSwitchRepository,
    MixSwitches,
    PairingFacade,
    SeatMembership,
    SeatRemoval,
    MemberRepository,
    SeatService,
    ServerSessionMixing,
    SessionAccess,
    SessionChanges,
    SessionCleanup,
    SessionFlow,
    SessionMix,
    SessionMixings,
    SessionOpening,
    SessionRelocation,
    SessionRepository,
  ],
  exports: [ChallengeFacade, PairingFacade],
})
export class CoHostModule {}
