export { CoHostModule } from './co-host.module';
export { ChallengeFacade } from './invitations/challenge.facade';
export { InvitationChanged } from './invitations/invitation.events';
export { MixSwitchChanged } from './mix/switch/mix-switch.events';
export { CoHostAirChanged, CoHostMemberRemoved } from './seats/seat.events';
export { type PairedSession, PairingFacade } from './session/pairing.facade';
export { CoHostSessionChanged, CoHostWentLive, PairMemberChanged } from './session/session.events';
