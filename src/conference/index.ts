export {
  ConferenceEnded,
  ConferenceMemberChanged,
  type ConferenceMemberRecord,
  ConferenceMoved,
} from './conference.events';
export { isInCall } from './conference.state';
export { ConferenceModule } from './conference.module';
export { type ConferenceCreation, type ConferenceRecord, ConferenceFacade } from './conference.facade';
export { memberView } from './conference.view';
