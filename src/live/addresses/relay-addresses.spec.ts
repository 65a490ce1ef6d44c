import { SealedBox } from '../../platform/common';
import type { RuntimeConfig } from '../../platform/config';
import type { OwnIngests } from './own-ingests';
import { RelayAddresses } from './relay-addresses';

const AUTH_SECRET = 'a secret that is at least thirty-two bytes';
const OWN = 'rtmp://cdn.example.com:1936/app/secret-key';

function addresses(config: Partial<RuntimeConfig> = {}): RelayAddresses {
  const ownIngests = { include: ({ host }) => Promise.resolve(host === 'own.example') } as OwnIngests;
  const whole = { AUTH_SECRET, WEBHOOK_ALLOW_PRIVATE: true, ...config } as RuntimeConfig;
  return new RelayAddresses(whole, ownIngests);
}

function channel(relayUrl: Buffer | null, kind: 'host' | 'bypass' = 'host') {
  return { id: 'c1', kind, relayUrl } as Parameters<RelayAddresses['of']>[0];
}

describe('relay addresses', () => {
  const RELAY_URL = 'rtmp://relay.example.com/live/{channelId}';

  it('are none where nobody set one', () => {
    expect(addresses().of(channel(null))).toBeNull();
  });

  it('are the channel’s own, shown without its key', async () => {
    const relays = addresses({ RELAY_URL });
    const { sealed, server } = await relays.seal(OWN);
    expect(server).toBe('rtmp://cdn.example.com:1936/app');
    expect(sealed.toString('latin1')).not.toContain('secret-key');
    expect(relays.of(channel(sealed))).toEqual({ url: OWN, server, byDefault: false });
  });

  it('are the configuration’s for hosts’ channels without one', () => {
    const relays = addresses({ RELAY_URL });
    expect(relays.of(channel(null))).toMatchObject({
      url: 'rtmp://relay.example.com/live/c1',
      server: 'rtmp://relay.example.com/live',
      byDefault: true,
    });
    expect(relays.of(channel(null, 'bypass'))).toBeNull();
  });

  it('are none where the channel’s own was sealed under another secret', () => {
    const other = { AUTH_SECRET: 'another secret of at least thirty-two bytes' };
    const foreign = new SealedBox(other, 'relays').seal(OWN);
    expect(addresses({ RELAY_URL }).of(channel(foreign))).toBeNull();
  });

  it('refuse what is no RTMP address, private hosts and this system, and repeat none', async () => {
    const strict = addresses({ WEBHOOK_ALLOW_PRIVATE: false });
    for (const [url, code] of [
      ['http://cdn.example.com/app/secret-key', 'invalid_input'],
      ['rtmp://127.0.0.1/app/secret-key', 'relay_refused'],
      ['rtmp://localhost/app/secret-key', 'relay_refused'],
      ['rtmp://own.example/live/secret-key', 'relay_loop'],
    ] as const) {
      const message = expect.not.stringContaining('secret-key') as string;
      await expect(strict.seal(url)).rejects.toMatchObject({ code, message });
    }
  });
});
