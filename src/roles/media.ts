import { isIP } from 'node:net';
import { MediaVerifier } from '../auth/tokens/media-verifier';
import { NodeCredential, parseNodeKey } from '../auth/tokens/node-key';
import { Log } from '../platform/common/telemetry/logger';
import { publicOnly } from '../platform/common/security/outbound';
import type { Config, MediaConfig } from '../platform/config/config';
import { Mas } from '../media/mas';
import { createTransports } from '../media/webrtc/transport';
import { createMediaNode } from '../media/node';
import { ffmpegAudio } from '../media/ffmpeg/audio-codecs';
import { type ProcessLife, StartError } from './process/process-life';
import { MediaAuthorizers } from './media-authorizers';
import type { MediaListening } from './media-process';
import { assertPortsFree } from './process/ports';
import { requireNoSecrets, requireNodeKey } from './process/required-config';

/** ROLE=media: MAS and live origin, reporting to control at CONTROL_URL. Resolves when the ports are open. */
export async function startMedia(config: Config, life: ProcessLife): Promise<void> {
  requireNoSecrets(config);
  await serve(config, requireNodeKey(config), life);
}

async function serve(config: MediaConfig, nodeKey: string, life: ProcessLife): Promise<void> {
  const { NODE_ID, CONTROL_URL } = config;
  await assertPortsFree(config, ['MEDIA_HTTP_PORT', 'RTMP_PORT', 'MAS_UDP_PORT']);
  const { secret, publicKeys } = parseNodeKey(nodeKey);
  const authorizers = new MediaAuthorizers(new MediaVerifier(publicKeys), NODE_ID);
  const credential = new NodeCredential(secret);
  const masLog = new Log('mas');
  // One UDP port for calls and for publishers by WHIP.
  const transports = await createTransports(config.MAS_TRANSPORT, {
    bindAddress: config.HOST,
    udpPort: config.MAS_UDP_PORT,
    announcedAddresses: announcedAddresses(config),
    iceServers: [],
    logger: masLog,
  });
  const mas = await Mas.over(transports, {
    egress: { bindAddress: config.HOST, udpPort: 0 },
    authorizer: authorizers,
    logger: masLog,
  });
  const node = await createMediaNode({
    host: config.HOST,
    httpPort: config.MEDIA_HTTP_PORT,
    rtmpPort: config.RTMP_PORT,
    publicMediaUrl: config.MEDIA_PUBLIC_URL,
    publicRtmpUrl: config.RTMP_PUBLIC_URL,
    controlUrl: config.MEDIA_CONTROL_URL,
    report: {
      urls: CONTROL_URL.map((url) => `${url}/internal/nodes/${NODE_ID}/report`),
      headers: () => ({ authorization: `Bearer ${credential.token()}` }),
      onIdTaken: () =>
        life.fail(new StartError(`another media node runs as ${NODE_ID}; give each a NODE_ID of its own`)),
    },
    publishAuthorizer: authorizers,
    playAuthorizer: authorizers,
    controlAuthorizer: authorizers,
    mas,
    whip: { transports, codecs: ffmpegAudio, iceServers: config.ICE_SERVERS },
    logger: new Log('media-node'),
    hub: {
      graceMs: config.HUB_GRACE_MS,
      relay: { outbound: config.WEBHOOK_ALLOW_PRIVATE ? undefined : publicOnly },
    },
  });
  life.onEnd('media node', () => node.close());
  process.send?.({ type: 'listening' } satisfies MediaListening);
}

/** Addresses that ICE candidates announce: as configured, else PUBLIC_HOST where it is one. */
export function announcedAddresses({ MAS_ANNOUNCED_ADDRESSES, PUBLIC_HOST }: MediaConfig): string[] {
  if (MAS_ANNOUNCED_ADDRESSES.length > 0) return MAS_ANNOUNCED_ADDRESSES;
  if (PUBLIC_HOST === 'localhost') return ['127.0.0.1'];
  return isIP(PUBLIC_HOST) ? [PUBLIC_HOST] : [];
}
