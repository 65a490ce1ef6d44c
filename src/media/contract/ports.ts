/** Ports that the media floor needs and control implements. Nothing here knows of databases or HTTP frameworks. */
import type { LookupFunction } from 'node:net';

export type SourceRole = 'host' | 'mix';

/** What a publisher may do. `epoch` orders publishers: a standby at or above the active epoch takes over. */
export interface PublishGrant {
  channelId: string;
  role: SourceRole;
  epoch: number;
  /** Play tokens below it are refused from the channel's first moment on. Default: 0. */
  playGeneration?: number;
  /**
   * Of a key that people have; one below what the channel's doors ask for is refused. Default: 0 for a host; a mix
   * without one is the system's own, which is never revoked.
   */
  generation?: number;
}
export interface PublishAuthorizer {
  /** Stream name as the encoder sent it (`<channelId>?token=…`). Resolves to null when refused; never throws. */
  authorizePublish(streamName: string): Promise<PublishGrant | null>;
}

export interface PlayGrant {
  channelId: string;
  /** Of the token; one below what the channel's settings ask for is refused. Default: 0. */
  generation?: number;
  /** Names the viewer, as the channel's doors do. */
  viewer?: string;
  /** Of somebody who came by the channel's share link: which visits of the channel theirs is one of. */
  visit?: number;
}
export interface PlayAuthorizer {
  /** `channelId` from the path and the play token. Resolves to null when refused; never throws. */
  authorizePlay(channelId: string, token: string): Promise<PlayGrant | null>;
}

export interface JoinGrant {
  conferenceId: string;
  memberId: string;
  userId: string;
  name: string;
  /** May this member be heard and seen now. */
  audio: boolean;
  video: boolean;
  /** May they share their screen. Default: as `video`. */
  screen?: boolean;
  /** Of these permissions; default: 0, which is older than any. */
  permissionsVersion?: number;
}

/** What a member may send. Of two versions the higher one is newer, in whichever order they arrive. */
export interface MemberPermissions {
  audio: boolean;
  /** Their camera. */
  video: boolean;
  /** Default: as `video`. */
  screen?: boolean;
  version: number;
}
export interface EgressGrant {
  conferenceId: string;
  taskId: string;
}
export interface JoinAuthorizer {
  authorizeJoin(token: string): Promise<JoinGrant | null>;
  authorizeEgress(token: string): Promise<EgressGrant | null>;
}

/** Bearer token of one of control's own calls to this node. */
export interface ControlAuthorizer {
  /**
   * A token is for one call and good once.
   * @param call method and path as they are asked for, e.g. `GET /control/snapshot`
   */
  authorizeControl(token: string, call: string): Promise<boolean>;
}

/**
 * Which addresses given by others may be connected to. Both refuse with an error of `code` ADDRESS_REFUSED: `admit` is
 * asked about every host, and `lookup` (of Node's sockets) about those that are names.
 */
export interface Outbound {
  admit(host: string): Promise<void>;
  lookup: LookupFunction;
}

/** pino's shape, without pino. */
export interface MediaLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
