export { ConferenceEnded, type ConferenceMember, ConferenceMemberChanged } from './conference.events';
export { ConferenceModule } from './conference.module';
export { type ConferenceCreation, type ConferenceRecord, ConferenceFacade } from './conference.facade';
export { memberView } from './conference.view';
