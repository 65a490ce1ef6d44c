import type { ProblemDetails } from '../../contracts';

/** Kinds of failure; each transport maps a kind to its own status once (problem.filter.ts, im's acknowledgements). */
export type ErrorKind =
  | 'bad_input'
  | 'bad_method'
  | 'too_large'
  | 'unsupported'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'unprocessable'
  | 'too_many'
  | 'unavailable'
  | 'internal';

type Args = Record<string, string | number>;

interface ErrorSpec {
  kind: ErrorKind;
  message: (args: Args) => string;
}

/** For people: whole seconds, as in Retry-After. */
export function inSeconds(ms: string | number | undefined): number {
  return Math.ceil(Number(ms) / 1000);
}

/** The catalogue: every error a client can see. Codes are stable; messages may change. */
export const errorCatalogue = {
  invalid_input: { kind: 'bad_input', message: (a) => `The request is not valid: ${a.reason}` },
  body_too_large: { kind: 'too_large', message: (a) => `The request has more than ${a.limit} bytes.` },
  media_type_unsupported: { kind: 'unsupported', message: () => 'Send JSON (application/json, UTF-8).' },
  image_type_unsupported: {
    kind: 'unsupported',
    message: () => 'Send a picture: image/png or image/jpeg.',
  },
  image_invalid: { kind: 'unprocessable', message: (a) => `The picture can't be taken: ${a.reason}.` },
  image_too_large: {
    kind: 'too_large',
    message: (a) => `The picture is larger than ${a.limit} × ${a.limit} pixels.`,
  },
  unknown_event: { kind: 'bad_input', message: () => 'There is no such event.' },
  token_missing: { kind: 'unauthenticated', message: () => 'A bearer token is needed.' },
  token_invalid: { kind: 'unauthenticated', message: () => 'The token is not valid or has expired.' },
  api_key_invalid: { kind: 'unauthenticated', message: () => 'The API key is not valid.' },
  login_code_invalid: {
    kind: 'unauthenticated',
    message: () => 'The login link was used already or has expired.',
  },
  not_allowed: { kind: 'forbidden', message: (a) => `You may not ${a.action}.` },
  not_granted: { kind: 'forbidden', message: (a) => `Your token is not for ${a.subject}.` },
  not_admitted: { kind: 'forbidden', message: () => 'You were not admitted to this conference.' },
  user_blocked: { kind: 'forbidden', message: (a) => `${a.userId} is banned from this co-hosting.` },
  name_required: { kind: 'forbidden', message: () => 'Say who you are first.' },
  name_refused: { kind: 'unprocessable', message: () => 'This name is another’s here; take another one.' },
  channel_members_only: { kind: 'forbidden', message: () => 'This channel is for members only.' },
  muted_by_host: { kind: 'forbidden', message: () => 'The host has muted you; only the host can lift that.' },
  muted_in_room: { kind: 'forbidden', message: (a) => `You are muted in this room until ${a.until}.` },
  banned_from_room: { kind: 'forbidden', message: () => 'You are banned from this room.' },
  channel_suspended: { kind: 'forbidden', message: () => 'This channel is suspended.' },
  banned_from_watching: { kind: 'forbidden', message: () => 'You may not watch this channel.' },
  route_not_found: { kind: 'not_found', message: () => 'There is nothing at this address.' },
  method_not_allowed: { kind: 'bad_method', message: (a) => `This address takes ${a.allow}.` },
  not_on_air: { kind: 'conflict', message: () => 'No picture is on the air.' },
  share_link_not_found: {
    kind: 'not_found',
    message: () => 'There is no such link, or it is good no longer.',
  },
  no_picture: { kind: 'not_found', message: () => 'There is no picture of this channel now.' },
  picture_broken: {
    kind: 'unprocessable',
    message: () => 'The picture that is on the air can’t be decoded.',
  },
  channel_not_found: { kind: 'not_found', message: (a) => `There is no channel ${a.channelId}.` },
  conference_not_found: { kind: 'not_found', message: (a) => `There is no conference ${a.conferenceId}.` },
  member_not_found: { kind: 'not_found', message: (a) => `${a.userId} is not a member here.` },
  invitation_not_found: { kind: 'not_found', message: (a) => `There is no invitation ${a.invitationId}.` },
  ban_not_found: { kind: 'not_found', message: (a) => `${a.userId} is not banned here.` },
  mute_not_found: { kind: 'not_found', message: (a) => `${a.userId} is not muted here.` },
  session_not_found: { kind: 'not_found', message: () => 'There is no co-hosting on this channel.' },
  pk_not_found: { kind: 'not_found', message: () => 'There is no PK on this channel.' },
  image_not_found: { kind: 'not_found', message: (a) => `There is no image ${a.imageId}.` },
  api_key_not_found: { kind: 'not_found', message: (a) => `There is no API key ${a.apiKeyId}.` },
  mix_task_not_found: { kind: 'not_found', message: (a) => `There is no mix task ${a.taskId}.` },
  webhook_not_found: { kind: 'not_found', message: (a) => `There is no webhook ${a.webhookId}.` },
  delivery_not_found: { kind: 'not_found', message: (a) => `There is no delivery ${a.deliveryId}.` },
  webhook_refused: { kind: 'unprocessable', message: (a) => `The webhook can't be sent there: ${a.reason}.` },
  webhook_disabled: { kind: 'conflict', message: () => 'This webhook is switched off.' },
  relay_refused: {
    kind: 'unprocessable',
    message: (a) => `The channel can't be relayed there: ${a.reason}.`,
  },
  relay_loop: {
    kind: 'unprocessable',
    message: () => 'The channel can’t be relayed there: it is a push address of this system.',
  },
  invalid_transition: {
    kind: 'conflict',
    message: (a) => `${a.subject} can't go from ${a.from} to ${a.to}.`,
  },
  channel_on_air: { kind: 'conflict', message: () => 'End the co-hosting on this channel first.' },
  invitation_pending: {
    kind: 'conflict',
    message: () => 'An invitation to or from this viewer is pending already.',
  },
  already_on_air: { kind: 'conflict', message: () => 'This viewer is in the co-hosting already.' },
  seats_full: { kind: 'conflict', message: (a) => `None of the ${a.limit} seats is free.` },
  seat_taken: { kind: 'conflict', message: (a) => `Seat ${a.seat} is taken.` },
  seat_locked: { kind: 'conflict', message: (a) => `Seat ${a.seat} is locked.` },
  queue_full: {
    kind: 'conflict',
    message: (a) => `${a.limit} applications are waiting on this channel already.`,
  },
  user_busy: {
    kind: 'conflict',
    message: (a) => `${a.userId} is on the air elsewhere, or has been invited by another host.`,
  },
  user_offline: { kind: 'conflict', message: (a) => `${a.userId} is not online.` },
  conference_locked: { kind: 'conflict', message: () => 'The conference is locked: nobody new can join.' },
  conference_full: {
    kind: 'conflict',
    message: (a) => `All ${a.limit} places of this conference are taken.`,
  },
  approval_needed: { kind: 'forbidden', message: () => 'Ask to be let into this conference first.' },
  conference_ended: { kind: 'conflict', message: () => 'The conference has ended.' },
  node_id_taken: {
    kind: 'conflict',
    message: (a) => `Another media node reports as ${a.nodeId}; give each a NODE_ID of its own.`,
  },
  mix_switch_running: {
    kind: 'conflict',
    message: () => 'The mixing mode of this co-hosting is being switched already.',
  },
  pk_not_running: { kind: 'conflict', message: () => 'The match does not run (any more).' },
  client_mixing_off: {
    kind: 'conflict',
    message: () => 'The mix of this co-hosting is not made by the host.',
  },
  mix_running: { kind: 'conflict', message: (a) => `A mix runs on channel ${a.channelId} already.` },
  nothing_to_watch: {
    kind: 'conflict',
    message: () => 'Nobody can be seen or heard in this conference now.',
  },
  bypass_disabled: { kind: 'conflict', message: () => 'This conference is not shown to viewers.' },
  co_host_conference: {
    kind: 'conflict',
    message: () => 'This conference belongs to a co-hosting, which is watched on its own channel.',
  },
  idempotency_in_progress: {
    kind: 'conflict',
    message: () => 'A request with this Idempotency-Key is being served; try again in a moment.',
  },
  idempotency_key_reused: {
    kind: 'unprocessable',
    message: () => 'This Idempotency-Key was used for another request.',
  },
  idempotency_answer_lost: {
    kind: 'conflict',
    message: () => 'This was done before; its answer was sealed under a secret that is gone.',
  },
  message_refused: { kind: 'unprocessable', message: () => 'This message is not accepted here.' },
  not_in_room: { kind: 'conflict', message: () => 'Join the room first.' },
  limit_reached: {
    kind: 'conflict',
    message: (a) => `That is more than the limit allows (${a.name}: ${a.limit}).`,
  },
  mixers_busy: {
    kind: 'unavailable',
    message: (a) => `All mixers are busy; try again in ${inSeconds(a.retryAfterMs)} s.`,
  },
  rate_limited: {
    kind: 'too_many',
    message: (a) => `Too many requests; try again in ${inSeconds(a.retryAfterMs)} s.`,
  },
  media_unavailable: { kind: 'unavailable', message: () => 'No media node is available; try again soon.' },
  bypass_failed: {
    kind: 'unavailable',
    message: (a) => `The conference could not be put on the air (${a.reason}); try again soon.`,
  },
  overloaded: {
    kind: 'unavailable',
    message: (a) => `The system is busy; try again in ${inSeconds(a.retryAfterMs)} s.`,
  },
  internal: { kind: 'internal', message: () => 'Something went wrong on our side.' },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof errorCatalogue;

/** An error of the catalogue. Thrown by services, mapped once per transport. */
export class DomainError extends Error {
  readonly kind: ErrorKind;

  constructor(
    readonly code: ErrorCode,
    readonly args: Args = {},
  ) {
    super((errorCatalogue[code] as ErrorSpec).message(args));
    this.name = 'DomainError';
    this.kind = errorCatalogue[code].kind;
  }
}

/**
 * @param name the limit's, in the configuration
 * @param retryAfterMs where time alone makes room
 */
export function limitReached(name: string, limit: number, retryAfterMs?: number): DomainError {
  return new DomainError('limit_reached', {
    ...{ name, limit },
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

const statusOfKind: Record<ErrorKind, number> = {
  bad_input: 400,
  bad_method: 405,
  too_large: 413,
  unsupported: 415,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  unprocessable: 422,
  too_many: 429,
  unavailable: 503,
  internal: 500,
};

/**
 * What Postgres (SQLSTATE, appendix A of its manual) says when it, or we by our limits, gave up for now: a lock or a
 * statement took too long, a deadlock, no connection is free, it is shutting down or starting.
 */
const TEMPORARY = new Set(['55P03', '57014', '25P03', '40P01', '40001', '53300', '57P01', '57P02', '57P03']);
/** What a socket says when the database is away. */
const AWAY = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
/** pg's pool and client have no codes for these. */
const NO_CONNECTION = /timeout exceeded when trying to connect|Connection terminated|connection error/i;

/** The catalogue's error for a database that can't be had now; null for any other trouble. */
export function asOverloaded(error: unknown): DomainError | null {
  if (!(error instanceof Error)) return null;
  const { code } = { ...error, ...(error as { driverError?: object }).driverError } as { code?: unknown };
  const isTemporary = typeof code === 'string' && (TEMPORARY.has(code) || AWAY.has(code));
  return isTemporary || NO_CONNECTION.test(error.message)
    ? new DomainError('overloaded', { retryAfterMs: 2000 })
    : null;
}

/** Problem details (RFC 9457 §3) of any thrown value; what isn't a DomainError tells nothing of its inside. */
export function toProblem(error: unknown, instance?: string): ProblemDetails {
  const known = error instanceof DomainError ? error : (asOverloaded(error) ?? new DomainError('internal'));
  return {
    type: `urn:lianmai:error:${known.code}`,
    title: known.code.replaceAll('_', ' '),
    status: statusOfKind[known.kind],
    code: known.code,
    detail: known.message,
    ...(instance ? { instance } : {}),
    ...(Object.keys(known.args).length > 0 ? { args: known.args } : {}),
  };
}
