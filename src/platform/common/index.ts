export { DomainError, type ErrorCode, errorCatalogue, limitReached, toProblem } from './errors';
export { actOfAdmin, Audited, type AuditedSubject } from './events/audited';
export { afterCommit, DomainEvent, EventBus, type Recorder } from './events/event-bus';
export { EventScope } from './events/event-scope';
export { type Metric, METRICS, gauge, gaugeByState, type HasMetrics } from './telemetry/metric';
export { AnsweringChild } from './async/answering-child';
export { type Alarm, type HasOverview, OVERVIEW, type OverviewPart } from './telemetry/overview';
export { within } from './async/deadline';
export { Digest } from './async/digest';
export { endChild } from './async/end-child';
export { Flow } from './lifecycle/flow';
export { hasPassed } from './lifecycle/has-passed';
export { type LockableRows, LockedChanges } from './lifecycle/locked-changes';
export { Log, NestLog, setLogLevel } from './telemetry/logger';
export { hostOf, publicAddresses, publicOnly, RefusedAddress } from './security/outbound';
export { readBody, readBytes } from './http/body';
export { TAKES_BYTES, TakesBytes, type TakenBytes } from './http/takes-bytes';
export { newestFirst, type Page, PageQuery, readCursor, writeCursor } from './http/page';
export { canonicalId, IsId } from './http/ids';
export { CreatedAt } from './http/created-at';
export { ProblemFilter } from './http/problem.filter';
export { OnlyReads, OnlyTells, READING_ROUTE } from './http/only-reads';
export { Repeatable, REPEATABLE_ROUTE } from './http/repeatable';
export {
  addLogFields,
  inRequest,
  requestContext,
  type RequestContext,
  requestIdOf,
} from './http/request-context';
export { requestMiddleware } from './http/request.middleware';
export { SealedBox } from './security/sealed-box';
export { sealColumnAnew } from './security/sealed-column';
export { SerialQueue } from './serial-queue';
export { StateMachine, type TransitionTable } from './lifecycle/state-machine';
export { stateIn } from './lifecycle/state-sql';
export { Sweeper } from './lifecycle/sweeper';
export {
  IsPlainText,
  isPlainText,
  MayBeAbsent,
  OptionalNested,
  trimmed,
  validationPipe,
} from './http/validation';
