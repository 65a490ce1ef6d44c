import { EventEmitter } from 'node:events';
import type { MediaLogger, PublishGrant } from '../../../src/media/contract';
import {
  createMediaNode,
  type MasPort,
  type MediaNode,
  type MediaNodeOptions,
} from '../../../src/media/node';

export const silentLogger: MediaLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A MAS without anybody in it; calls are written down. */
export class FakeMas extends EventEmitter implements MasPort {
  readonly calls: unknown[][] = [];
  acceptParticipant(): void {
    this.calls.push(['participant']);
  }
  acceptMixer(_socket: unknown, remoteAddress: string): void {
    this.calls.push(['mixer', remoteAddress]);
  }
  setPermissions(conferenceId: string, memberId: string, permissions: object): boolean {
    this.calls.push(['permissions', conferenceId, memberId, permissions]);
    return memberId === 'here';
  }
  closeMember(conferenceId: string, memberId: string): boolean {
    this.calls.push(['close', conferenceId, memberId]);
    return memberId === 'here';
  }
  closeConference(conferenceId: string): boolean {
    this.calls.push(['closeConference', conferenceId]);
    return conferenceId === 'here';
  }
  snapshot() {
    return [];
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * A media node for tests on free ports of 127.0.0.1. Keys: publish `<channelId>?token=<role>.<epoch>`, play
 * `?token=play-<channelId>`, control `Bearer control`.
 */
export function startTestNode(options: Partial<MediaNodeOptions> = {}): Promise<MediaNode> {
  return createMediaNode({
    host: '127.0.0.1',
    httpPort: 0,
    rtmpPort: 0,
    report: null,
    publishAuthorizer: { authorizePublish: (name) => Promise.resolve(grantOf(name)) },
    playAuthorizer: {
      authorizePlay: (channelId, token) =>
        Promise.resolve(token === `play-${channelId}` ? { channelId } : null),
    },
    controlAuthorizer: { authorizeControl: (token) => Promise.resolve(token === 'control') },
    mas: new FakeMas(),
    logger: silentLogger,
    ...options,
  });
}

function grantOf(streamName: string): PublishGrant | null {
  const match = /^(\w+)\?token=(host|mix)\.(\d+)$/.exec(streamName);
  if (!match) return null;
  return { channelId: match[1]!, role: match[2] as 'host' | 'mix', epoch: Number(match[3]) };
}
