export { type Challenge, Challenges } from './challenges';
export { CoHostBan, CoHostMember, CoHostSession, Invitation } from './co-host.entity';
export {
  CoHostAirChanged,
  CoHostMemberRemoved,
  CoHostSessionChanged,
  CoHostWentLive,
  InvitationChanged,
  MixSwitchChanged,
  PairMemberChanged,
} from './co-host.events';
export { CoHostModule } from './co-host.module';
export { MixSwitch } from './mix/mix-switch.entity';
export { type PairedSession, SessionPairs } from './session/session-pairs';
