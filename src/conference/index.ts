export {
  ConferenceEnded,
  type ConferenceMember,
  ConferenceMemberChanged,
  ConferenceMoved,
} from './conference.events';
export { isInCall } from './conference.state';
export { ConferenceModule } from './conference.module';
export { type ConferenceCreation, type ConferenceRecord, ConferenceFacade } from './conference.facade';
export { toMemberView } from './conference.view';
