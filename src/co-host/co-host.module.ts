import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConferenceModule } from '../conference';
import { ImModule } from '../im';
import { LiveModule } from '../live';
import { MixingModule } from '../mixing';
import { AdmissionService } from './admission.service';
import { BanRepository } from './ban.repository';
import { BanService } from './ban.service';
import { Challenges } from './challenges';
import { ClientMixWatch } from './client-mix-watch';
import { ClientMixingController } from './client-mixing.controller';
import { ClientMixingService } from './client-mixing.service';
import { ClientPush } from './client-push';
import { CoHostController } from './co-host.controller';
import { CoHostBan, CoHostMember, CoHostSession, Invitation } from './co-host.entity';
import { CO_HOST_QUEUE, CoHostJobs } from './co-host.jobs';
import { CoHostListener } from './co-host.listener';
import { CoHostProcessor } from './co-host.processor';
import { CoHostRepository } from './co-host.repository';
import { CoHostService } from './co-host.service';
import { CoHostSignals } from './co-host.signals';
import { CoHostSweep } from './co-host.sweep';
import { ConferenceRelay } from './conference.relay';
import { InvitationChecks } from './invitation-checks';
import { InvitationController } from './invitation.controller';
import { InvitationRepository } from './invitation.repository';
import { InvitationService } from './invitation.service';
import { ModerationController } from './moderation.controller';
import { SeatService } from './seat.service';
import { SessionAccess } from './session-access';
import { MixSwitch } from './mix-switch.entity';
import { MixSwitchRepository } from './mix-switch.repository';
import { MixSwitches } from './mix-switches';
import { SessionChanges } from './session-changes';
import { SessionFlow } from './session-flow';
import { SessionMix } from './session-mix';
import { SessionOpening } from './session-opening';
import { SessionPairs } from './session-pairs';
import { SessionSeats } from './session-seats';
import { SessionUndo } from './session-undo';

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
    ConferenceRelay,
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
    SessionUndo,
  ],
  exports: [Challenges, SessionPairs],
})
export class CoHostModule {}
