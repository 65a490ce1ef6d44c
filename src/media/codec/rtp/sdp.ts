/**
 * The part of SDP (RFC 8866) that a media server needs: parsing a peer's description, and writing answers for
 * publishers and offers with send-only slots (JSEP, RFC 9429). Everything is bundled on one transport with rtcp-mux.
 */

export type SdpKind = 'audio' | 'video';
export type SdpDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface SdpCodec {
  payloadType: number;
  /** Lower case: `opus`, `h264`, `vp8`, `rtx` … */
  name: string;
  /** Hz */
  clockRate: number;
  channels: number;
  /** `a=fmtp` parameters as written, '' for none. */
  parameters: string;
}

export interface SdpMedia {
  /** As on the m-line; `application` and the like are kept so that an answer can reject them in place. */
  type: string;
  mid: string;
  rejected: boolean;
  direction: SdpDirection;
  codecs: SdpCodec[];
  /** SSRCs named by `a=ssrc`, in order. */
  ssrcs: number[];
  /** Simulcast that is offered: the layers' RTP stream ids, in order; null for none. */
  simulcast: SdpSimulcast | null;
  /** Id of the header extension that names the m-line of a packet (RFC 9143 §15), 1..14; null where it isn't offered. */
  midExtensionId: number | null;
}

/** Layers of one picture, told apart by the RTP stream id in a header extension (RFC 8851 to 8853). */
export interface SdpSimulcast {
  rids: string[];
  /** Of the header extension, 1..14: one-byte headers (RFC 8285 §4.2). */
  extensionId: number;
}

export interface SdpTransport {
  iceUfrag: string;
  icePwd: string;
  fingerprint: string;
  setup: 'actpass' | 'active' | 'passive';
}

export interface SdpDescription {
  transport: SdpTransport;
  media: SdpMedia[];
}

/** A description that can't be used; the message says why, without quoting it. */
export class SdpError extends Error {}

const MAX_MEDIA = 64;
const MAX_LAYERS = 4;
const RTP_STREAM_ID = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';
const MEDIA_ID = 'urn:ietf:params:rtp-hdrext:sdes:mid';

/**
 * Parses a description. The transport is that of the first m-line in use (the bundle's, RFC 9143 §7.2); m-lines that
 * are there for the bundle only have none of their own.
 * Throws SdpError.
 */
export function parseSdp(sdp: string): SdpDescription {
  const [session = [], ...sections] = split(sdp);
  if (!session[0]?.startsWith('v=0')) throw new SdpError('no session description');
  if (sections.length === 0 || sections.length > MAX_MEDIA)
    throw new SdpError('bad number of media sections');
  const media = sections.map((lines, index) => parseMedia(lines, index, session));
  const used = sections.filter((_, index) => !media[index]!.rejected);
  const first = used.find((lines) => attribute(lines, 'ice-ufrag') !== undefined) ?? used[0] ?? sections[0]!;
  return { transport: parseTransport([...first, ...session]), media };
}

/** Lines of the session, then of each media section. */
function split(sdp: string): string[][] {
  const sections: string[][] = [[]];
  for (const line of sdp.split(/\r?\n/)) {
    if (line.startsWith('m=')) sections.push([]);
    if (line) sections[sections.length - 1]!.push(line);
  }
  return sections;
}

function attribute(lines: string[], name: string): string | undefined {
  const prefix = `a=${name}:`;
  return lines.find((line) => line.startsWith(prefix))?.slice(prefix.length);
}

function parseTransport(lines: string[]): SdpTransport {
  const iceUfrag = attribute(lines, 'ice-ufrag');
  const icePwd = attribute(lines, 'ice-pwd');
  const fingerprint = attribute(lines, 'fingerprint');
  const setup = attribute(lines, 'setup') ?? 'actpass';
  if (!iceUfrag || !icePwd || !fingerprint) throw new SdpError('ICE or DTLS parameters are missing');
  // These are handed to native code, so they must be what RFC 8839 §5.4 and RFC 8122 §5 allow.
  if (!/^[\w+/-]{4,256}$/.test(iceUfrag) || !/^[\w+/-]{22,256}$/.test(icePwd)) {
    throw new SdpError('bad ICE credentials');
  }
  if (!isFingerprint(fingerprint)) throw new SdpError('bad fingerprint');
  if (setup !== 'actpass' && setup !== 'active' && setup !== 'passive') throw new SdpError('bad setup role');
  return { iceUfrag, icePwd, fingerprint, setup };
}

/** Bytes of a certificate's fingerprint, by hash function (RFC 8122 §5). */
const HASH_BYTES = new Map([
  ['sha-1', 20],
  ['sha-224', 28],
  ['sha-256', 32],
  ['sha-384', 48],
  ['sha-512', 64],
]);

function isFingerprint(text: string): boolean {
  const [hash = '', value = ''] = text.split(' ', 2);
  const bytes = HASH_BYTES.get(hash.toLowerCase());
  return /^\S+ [0-9A-F]{2}(:[0-9A-F]{2})+$/i.test(text) && value.split(':').length === bytes;
}

function parseMedia(lines: string[], index: number, session: string[]): SdpMedia {
  const match = /^m=(\w+) (\d+) (\S+) ?(.*)$/.exec(lines[0]!);
  if (!match) throw new SdpError('bad m-line');
  const parameters = new Map<number, string>();
  for (const line of lines) {
    const fmtp = /^a=fmtp:(\d+) (.*)$/.exec(line);
    if (fmtp) parameters.set(Number(fmtp[1]), fmtp[2]!);
  }
  const codecs: SdpCodec[] = [];
  const ssrcs: number[] = [];
  for (const line of lines) {
    const map = /^a=rtpmap:(\d+) ([^/\s]+)\/(\d+)(?:\/(\d+))?/.exec(line);
    if (map) {
      const payloadType = Number(map[1]);
      if (payloadType > 127) throw new SdpError('bad payload type');
      codecs.push({
        payloadType,
        name: map[2]!.toLowerCase(),
        clockRate: Number(map[3]),
        channels: Number(map[4] ?? 1),
        parameters: parameters.get(payloadType) ?? '',
      });
    }
    const ssrc = /^a=ssrc:(\d+) /.exec(line);
    if (ssrc && !ssrcs.includes(Number(ssrc[1]))) ssrcs.push(Number(ssrc[1]));
  }
  const mid = attribute(lines, 'mid') ?? String(index);
  if (!/^[\w.-]{1,32}$/.test(mid)) throw new SdpError('bad mid');
  // RFC 8866 §6.7: that of the session holds for m-lines without one.
  const direction = [...lines, ...session]
    .map((line) => /^a=(sendrecv|sendonly|recvonly|inactive)$/.exec(line)?.[1])
    .find(Boolean);
  return {
    type: match[1]!,
    mid,
    rejected: match[2] === '0' && !isBundleOnly(lines),
    direction: (direction as SdpDirection | undefined) ?? 'sendrecv',
    codecs,
    ssrcs,
    simulcast: parseSimulcast(lines),
    midExtensionId: extensionIdOf(lines, MEDIA_ID),
  };
}

/** Offered without a port, since it is to use the bundle's (RFC 9143 §6): Firefox does so from the second m-line on. */
function isBundleOnly(lines: string[]): boolean {
  return lines.includes('a=bundle-only');
}

/** `a=simulcast:send 1;2,3;~4`: of alternatives the first counts, a tilde says that it begins paused. */
function parseSimulcast(lines: string[]): SdpSimulcast | null {
  const sent = /(?:^| )send (\S+)/.exec(attribute(lines, 'simulcast') ?? '')?.[1];
  const extensionId = extensionIdOf(lines, RTP_STREAM_ID);
  if (!sent || extensionId === null) return null;
  const rids = sent
    .split(';')
    .map((alternatives) => alternatives.split(',')[0]!.replace(/^~/, ''))
    .filter((rid) => /^[\w-]{1,16}$/.test(rid) && isSent(lines, rid));
  return rids.length > 1 ? { rids: [...new Set(rids)].slice(0, MAX_LAYERS), extensionId } : null;
}

/** Null where it isn't offered, or not for one-byte headers. */
function extensionIdOf(lines: string[], uri: string): number | null {
  const extension = lines
    .map((line) => /^a=extmap:(\d+)(?:\/\w+)? (\S+)/.exec(line))
    .find((match) => match?.[2] === uri);
  const id = Number(extension?.[1] ?? 0);
  return id >= 1 && id <= 14 ? id : null;
}

function isSent(lines: string[], rid: string): boolean {
  return lines.some((line) => line === `a=rid:${rid} send` || line.startsWith(`a=rid:${rid} send `));
}

/** What a peer says of its ICE: in a description, or in a fragment of one that brings candidates later (RFC 8840 §9). */
export interface IceFragment {
  /** Of the first m-line that has one, '' for none. */
  iceUfrag: string;
  /** `candidate:…`, in order, without doubles. */
  candidates: string[];
}

const MAX_CANDIDATES = 64;

/** Never throws: lines that are something else are left out, candidates beyond 64 too. */
export function parseIceFragment(text: string): IceFragment {
  const lines = text.split(/\r?\n/);
  const candidates = lines.filter((line) => line.startsWith('a=candidate:')).map((line) => line.slice(2));
  return {
    iceUfrag: attribute(lines, 'ice-ufrag') ?? '',
    candidates: [...new Set(candidates)].slice(0, MAX_CANDIDATES),
  };
}

/** A local description with all its candidates, which belong to the bundle's first m-line (RFC 9143 §7.2). */
export function addCandidates(sdp: string, candidates: string[]): string {
  const lines = [...candidates.map((candidate) => `a=${candidate}`), 'a=end-of-candidates'];
  return sdp.replace(/^a=rtcp-mux\r\n/m, (line) => `${line}${lines.join('\r\n')}\r\n`);
}

/** One m-line to be written. */
export interface MediaLine {
  type: string;
  mid: string;
  direction: SdpDirection;
  /** Empty: the m-line is rejected. */
  codecs: SdpCodec[];
  /** What is sent on it: SSRC, and the stream that groups tracks to be played in sync. */
  send?: { ssrc: number; stream: string; track: string };
  /** The simulcast that is received on it. */
  receive?: SdpSimulcast;
  /** Id of the header extension in which the sender is to name the m-line. */
  midExtensionId?: number | null;
}

const FEEDBACK: Record<SdpKind, string[]> = {
  audio: ['nack'],
  video: ['nack', 'nack pli', 'ccm fir', 'goog-remb'],
};

/**
 * Writes a description: no header extensions but those that tell m-lines and layers apart, no RTX, RED or FEC, no
 * transport-wide congestion control; NACK, PLI, FIR and REMB as feedback. Without the extension for it (CVO, 3GPP TS
 * 26.114 §7.4.5) a sender turns its pictures upright before it encodes them.
 */
export function writeSdp(transport: SdpTransport, media: MediaLine[]): string {
  const bundled = media.filter((line) => line.codecs.length > 0).map((line) => line.mid);
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${bundled.join(' ')}`,
    'a=msid-semantic: WMS *',
    ...media.flatMap((line) => writeMedia(transport, line)),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function writeMedia(transport: SdpTransport, line: MediaLine): string[] {
  if (line.codecs.length === 0) {
    return [`m=${line.type} 0 UDP/TLS/RTP/SAVPF 0`, 'c=IN IP4 0.0.0.0', `a=mid:${line.mid}`, 'a=inactive'];
  }
  const payloadTypes = line.codecs.map((codec) => codec.payloadType).join(' ');
  return [
    `m=${line.type} 9 UDP/TLS/RTP/SAVPF ${payloadTypes}`,
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    `a=ice-ufrag:${transport.iceUfrag}`,
    `a=ice-pwd:${transport.icePwd}`,
    'a=ice-options:trickle',
    `a=fingerprint:${transport.fingerprint}`,
    `a=setup:${transport.setup}`,
    `a=mid:${line.mid}`,
    `a=${line.direction}`,
    'a=rtcp-mux',
    'a=rtcp-rsize',
    ...line.codecs.flatMap((codec) => writeCodec(line.type as SdpKind, codec)),
    ...(line.send
      ? [
          `a=msid:${line.send.stream} ${line.send.track}`,
          `a=ssrc:${line.send.ssrc} cname:${line.send.stream}`,
          `a=ssrc:${line.send.ssrc} msid:${line.send.stream} ${line.send.track}`,
        ]
      : []),
    ...(line.midExtensionId ? [`a=extmap:${line.midExtensionId} ${MEDIA_ID}`] : []),
    ...(line.receive ? writeSimulcast(line.receive) : []),
  ];
}

function writeSimulcast({ rids, extensionId }: SdpSimulcast): string[] {
  return [
    `a=extmap:${extensionId} ${RTP_STREAM_ID}`,
    ...rids.map((rid) => `a=rid:${rid} recv`),
    `a=simulcast:recv ${rids.join(';')}`,
  ];
}

function writeCodec(kind: SdpKind, codec: SdpCodec): string[] {
  const { payloadType, name, clockRate, channels, parameters } = codec;
  const encoding = { opus: 'opus', h264: 'H264', vp8: 'VP8' }[name] ?? name;
  return [
    `a=rtpmap:${payloadType} ${encoding}/${clockRate}${channels > 1 ? `/${channels}` : ''}`,
    ...FEEDBACK[kind].map((feedback) => `a=rtcp-fb:${payloadType} ${feedback}`),
    ...(parameters ? [`a=fmtp:${payloadType} ${parameters}`] : []),
  ];
}
