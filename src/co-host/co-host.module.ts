import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConferenceModule } from '../conference';
import { ImModule } from '../im';
import { LiveModule } from '../live';
import { MixingModule } from '../mixing';
import { AdmissionService } from './invitations/admission.service';
import { BanRepository } from './bans/ban.repository';
import { BanService } from './bans/ban.service';
import { Challenges } from './challenges';
import { ClientMixWatch } from './mix/client-mix-watch';
import { ClientMixingController } from './mix/client-mixing.controller';
import { ClientMixingService } from './mix/client-mixing.service';
import { ClientPush } from './mix/client-push';
import { CoHostController } from './co-host.controller';
import { CoHostBan, CoHostMember, CoHostSession, Invitation } from './co-host.entity';
import { CO_HOST_QUEUE, CoHostJobs } from './co-host.jobs';
import { CoHostListener } from './co-host.listener';
import { CoHostProcessor } from './co-host.processor';
import { CoHostRepository } from './co-host.repository';
import { CoHostService } from './co-host.service';
import { CoHostSignals } from './co-host.signals';
import { CoHostSweep } from './co-host.sweep';
import { InvitationChecks } from './invitations/invitation-checks';
import { InvitationController } from './invitations/invitation.controller';
import { InvitationRepository } from './invitations/invitation.repository';
import { InvitationService } from './invitations/invitation.service';
import { ModerationController } from './bans/moderation.controller';
import { SeatService } from './seats/seat.service';
import { SessionAccess } from './session/session-access';
import { MixSwitch } from './mix/mix-switch.entity';
import { MixSwitchRepository } from './mix/mix-switch.repository';
import { MixSwitches } from './mix/mix-switches';
import { SessionChanges } from './session/session-changes';
import { SessionFlow } from './session/session-flow';
import { SessionMix } from './mix/session-mix';
import { SessionOpening } from './session/session-opening';
import { SessionPairs } from './session/session-pairs';
import { SessionSeats } from './seats/session-seats';
import { SessionCleanup } from './session/session-cleanup';

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
    Challenges,
    ClientMixingService,
    ClientMixWatch,
    ClientPush,
    CoHostJobs,
    CoHostListener,
    CoHostProcessor,
    CoHostRepository,
    CoHostService,
    CoHostSignals,
    CoHostSweep,
    InvitationChecks,
    InvitationRepository,
    InvitationService,
    SeatService,
    SessionAccess,
    MixSwitches,
    MixSwitchRepository,
    SessionChanges,
    SessionFlow,
    SessionMix,
    SessionOpening,
    SessionPairs,
    SessionSeats,
    SessionCleanup,
  ],
  exports: [Challenges, SessionPairs],
})
export class CoHostModule {}
