export { CoHostModule } from './co-host.module';
export { InvitationChanged } from './invitations/invitation.events';
export { InvitationFacade } from './invitations/invitation.facade';
export { MixSwitchChanged } from './mix/mix-switch.events';
export { CoHostAirChanged, CoHostMemberRemoved } from './seats/seat.events';
export { type PairedSession, PairingFacade } from './session/pairing.facade';
export { CoHostSessionChanged, CoHostWentLive, PairMemberChanged } from './session/session.events';
