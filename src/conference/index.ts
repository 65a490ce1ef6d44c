export {
  AdmissionDecided,
  AdmissionRequestChanged,
  ConferenceChanged,
  ConferenceEnded,
  ConferenceMemberChanged,
  type ConferenceMemberRecord,
  ConferenceMoved,
  ConferencesForgotten,
} from './conference.events';
export { IsGain } from './members/gain.dto';
export type { Standing } from './members/admission-rules';
export { isInCall } from './members/member.state';
export { ConferenceModule } from './conference.module';
export { type ConferenceCreation, type ConferenceRecord, ConferenceFacade } from './conference.facade';
export { memberView } from './conference.view';
