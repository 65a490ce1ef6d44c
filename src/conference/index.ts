export { Conference } from './conference.entity';
export { ConferenceEnded, type ConferenceMember, ConferenceMemberChanged } from './conference.events';
export { ConferenceMemberRow } from './conference-member.entity';
export { ConferenceModule } from './conference.module';
export { type ConferenceCreation, type ConferenceRecord, ConferenceService } from './conference.service';
export { toMemberView } from './conference.view';
