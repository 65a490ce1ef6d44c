import type { WebSocket } from 'ws';
import type { ConferenceSnapshot, MemberPermissions, NodeEvent } from '../contract';

/** What the node needs of its MAS: sockets go in, commands go in, member events come out. */
export interface MasPort {
  acceptParticipant(socket: WebSocket): void;
  acceptMixer(socket: WebSocket, remoteAddress: string): void;
  /** May this member be heard and seen; false when it isn't here. */
  setPermissions(conferenceId: string, memberId: string, permissions: MemberPermissions): boolean;
  closeMember(conferenceId: string, memberId: string): boolean;
  closeConference(conferenceId: string): boolean;
  /** Another node carries it. */
  releaseConference(conferenceId: string): boolean;
  snapshot(): ConferenceSnapshot[];
  on(event: 'member', listener: (event: Extract<NodeEvent, { type: 'member' }>) => void): unknown;
  close(): Promise<void>;
}
