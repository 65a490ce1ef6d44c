import type { VideoSource } from './layout';

/**
 * MAS signalling: JSON messages over a WebSocket at `JoinView.mas.url` (`/mas` of a media node). Types only.
 *
 * Two peer connections per participant. `pub`: the client offers, sends camera and microphone.
 * A camera may be offered as simulcast with RTP stream ids (RFC 8853); the answer takes up to four layers. A second
 * video m-line is the screen that the client shares, where `pub-offer` says so. A further `pub-offer` with the same ICE
 * credentials changes what the connection carries: m-lines that stay as they are go on, one that is `inactive` ends.
 * `sub`: the server offers `slots` (send-only m-lines, fixed SSRC each) once; who is in which slot is told by
 * `slots` messages without renegotiation. When more others send something than there are slots, and the client said
 * that it can take more, a further connection is offered beside the first: the next bank of up to eight pairs. It is
 * described once too and stays as long as the first. A `sub-offer` of bank 0 takes the place of all before. Screens have
 * slots of their own, in the first bank.
 * ICE candidates trickle both ways. Nothing is accepted before `join` is granted.
 */

/** What a track carries. */
export type MasKind = 'audio' | 'video';

/** What a member may send: of each at most one. */
export type MasSource = 'microphone' | VideoSource;

export type MasClientMessage =
  /**
   * `slotPairs`: pairs of slots (microphone and camera) the client can take, 1 to 32; default 8, which is one bank.
   * `screenSlots`: how many of the others' screens it can take, 0 to 8; default 0.
   */
  | { type: 'join'; token: string; slotPairs?: number; screenSlots?: number }
  /** `screen`: mid of the m-line with the client's screen. */
  | { type: 'pub-offer'; sdp: string; screen?: string }
  /** `bank`, here and below: of which `sub` connection; default 0. */
  | { type: 'sub-answer'; sdp: string; bank?: number }
  | { type: 'candidate'; pc: 'pub' | 'sub'; bank?: number; candidate: string; mid: string | null }
  /** How large it shows the others, as often as that changes. Of who isn't named it gets the largest picture there is. */
  | { type: 'want'; pictures: WantedPicture[] }
  /** The client could not connect one of its peer connections: server drops it (of `sub` all banks) and, for `sub`, offers anew. */
  | { type: 'restart'; pc: 'pub' | 'sub' }
  | { type: 'leave' };

/** Pictures may come in several sizes (simulcast): the smallest that is high enough is sent, if bandwidth allows. */
export interface WantedPicture {
  userId: string;
  /** Default: `camera`. */
  source?: VideoSource;
  /** Pixels of the display or canvas, 0 to 16384; 0: isn't shown, the smallest will do. */
  height: number;
}

export interface MasSlot {
  /** m-line id, unique over all `sub` connections. */
  mid: string;
  kind: MasKind;
  /** What the slot is for; it stays so. */
  source: MasSource;
  /** null: empty. That of a track in a codec that the client's answer left out stays empty. */
  memberId: string | null;
  userId: string | null;
}

export interface MasMember {
  memberId: string;
  userId: string;
  name: string;
  /** What arrives from the member now (published and not muted by conference control). */
  audio: boolean;
  video: boolean;
  screen: boolean;
}

export type MasServerMessage =
  | { type: 'joined'; memberId: string; members: MasMember[] }
  | { type: 'pub-answer'; sdp: string }
  /** `slots`: those of all banks. */
  | { type: 'sub-offer'; bank: number; sdp: string; slots: MasSlot[] }
  /** `bank`: with `sub`. */
  | { type: 'candidate'; pc: 'pub' | 'sub'; bank?: number; candidate: string; mid: string | null }
  /** All slots; may name those of a bank whose offer is about to come. */
  | { type: 'slots'; slots: MasSlot[] }
  /** The others in the conference; sent on every change. */
  | { type: 'members'; members: MasMember[] }
  /** Last message before the server closes. code: token_invalid | removed | conference_ended | moved | replaced | protocol. */
  | { type: 'closed'; code: MasCloseCode; detail: string };

/** `moved`: another media node carries the conference by now. */
export type MasCloseCode =
  'token_invalid' | 'removed' | 'conference_ended' | 'moved' | 'replaced' | 'protocol';

/**
 * Egress to a mixer: WebSocket at `/mas/egress`. The mixer says on which UDP port it listens (MAS sends to the
 * address the WebSocket came from); RTP and sender reports arrive there, rewritten to one SSRC per source for the
 * life of the WebSocket. The mixer sends RTCP (PLI RFC 4585 §6.3.1, generic NACK §6.2.1) to `rtcpPort` of the node
 * from that same UDP port. The forwarding ends with the WebSocket.
 */
export type EgressClientMessage =
  /** `screens`: it takes the screens too. Default: false. */
  | { type: 'subscribe'; token: string; udpPort: number; screens?: boolean }
  /** How large the mixer draws them, as often as that changes; as of a participant. After `subscribe`. */
  | { type: 'want'; pictures: WantedPicture[] };

export interface EgressSource {
  memberId: string;
  userId: string;
  kind: MasKind;
  /** Absent from a node of an earlier version, which forwards no screens. */
  source?: MasSource;
  ssrc: number;
  payloadType: number;
  codec: 'h264' | 'vp8' | 'opus';
  /** Hz: 90000 for video, 48000 for Opus. */
  clockRate: number;
}

export type EgressServerMessage =
  /** The whole list, on every change. */
  | { type: 'sources'; sources: EgressSource[]; rtcpPort: number }
  | { type: 'closed'; code: MasCloseCode; detail: string };
