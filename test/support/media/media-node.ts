import type { PublishGrant } from '../../../src/media/contract';
import { createMediaNode, type MediaNode, type MediaNodeOptions } from '../../../src/media/node';
import { FakeMas } from '../fakes/fake-mas';
import { silentLogger } from './silent-logger';

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
