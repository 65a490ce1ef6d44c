import { Inject, Injectable } from '@nestjs/common';
import { DomainError, Log, publicAddresses, RefusedAddress, SealedBox } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { isRtmpUrl, parseRtmpUrl } from '../../shared/rtmp-url';
import type { Channel } from '../channel.entity';
import { OwnIngests } from './own-ingests';

export interface RelayAddress {
  /** With its stream key: for the media node only. */
  url: string;
  /** Without it: for people and logs. */
  server: string;
  /** From the configuration (RELAY_URL). */
  byDefault: boolean;
}

/** Where channels are relayed to. The address carries a stream key and is stored sealed. */
@Injectable()
export class RelayAddresses {
  private readonly log = new Log('live');
  private readonly box: SealedBox;

  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly ownIngests: OwnIngests,
  ) {
    this.box = new SealedBox(config, 'relays');
  }

  /**
   * The address as it is stored. What its host resolves to is checked again at every connection.
   * @throws DomainError invalid_input, relay_loop, relay_refused; none repeats the address, which has a key in it
   */
  async seal(url: string): Promise<{ sealed: Buffer; server: string }> {
    if (!isRtmpUrl(url)) {
      throw new DomainError('invalid_input', { reason: 'relay.url: rtmp(s)://host[:port]/app/key' });
    }
    const { host, port, tcUrl } = parseRtmpUrl(url);
    if (await this.ownIngests.include({ host, port })) throw new DomainError('relay_loop');
    if (!this.config.WEBHOOK_ALLOW_PRIVATE) await this.requirePublic(host);
    return { sealed: this.box.seal(url), server: tcUrl };
  }

  /** Under the newest secret; null where it is already. @throws Error where it can't be opened */
  sealAnew(sealed: Buffer): Buffer | null {
    return this.box.sealAnew(sealed);
  }

  /** The channel's own, else the configuration's; none for a channel that shows a conference. */
  of({ id, kind, relayUrl }: Pick<Channel, 'id' | 'kind' | 'relayUrl'>): RelayAddress | null {
    const own = relayUrl && this.open(id, relayUrl);
    // An address that can't be opened is not replaced by the default: nobody asked for the channel to go there.
    const byDefault = relayUrl === null && kind === 'host';
    const url = own ?? (byDefault ? this.config.RELAY_URL?.replaceAll('{channelId}', id) : undefined);
    return url === undefined ? null : { url, server: parseRtmpUrl(url).tcUrl, byDefault };
  }

  private async requirePublic(host: string): Promise<void> {
    try {
      await publicAddresses(host);
    } catch (error) {
      const reason = error instanceof RefusedAddress ? error.message : 'the name can’t be resolved';
      throw new DomainError('relay_refused', { reason });
    }
  }

  private open(channelId: string, sealed: Buffer): string | null {
    try {
      return this.box.open(sealed);
    } catch {
      this.log.error({ channelId }, 'relay address was stored under another AUTH_SECRET: set it again');
      return null;
    }
  }
}
