import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import { NodesFacade } from '../../nodes';
import { plainAddress } from '../../shared/ip-address';
import { parseRtmpUrl } from '../../shared/rtmp-url';

interface Ingest {
  host: string;
  port: number;
}

/** Where the media nodes take what is pushed, by their public addresses and by those that mixers use. */
@Injectable()
export class OwnIngests {
  constructor(private readonly nodes: NodesFacade) {}

  /** Does it lead to one of the nodes? A name that can't be resolved leads nowhere. */
  async include({ host, port }: Ingest): Promise<boolean> {
    const samePort = (await this.ingests()).filter((ingest) => ingest.port === port);
    if (samePort.length === 0) return false;
    const asked = await addressesOf(host);
    const own = await Promise.all(samePort.map((ingest) => addressesOf(ingest.host)));
    return own.flat().some((address) => asked.includes(address));
  }

  private async ingests(): Promise<Ingest[]> {
    const nodes = await this.nodes.all();
    return nodes
      .filter(({ rtmpUrl }) => rtmpUrl !== '')
      .flatMap(({ rtmpUrl, controlUrl, rtmpPort }) => [
        parseRtmpUrl(`${rtmpUrl}/live/key`),
        { host: new URL(controlUrl).hostname.replace(/^\[|\]$/g, ''), port: rtmpPort },
      ]);
  }
}

async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host)) return [plainAddress(host)];
  const name = host.toLowerCase().replace(/\.$/, '');
  const found = await lookup(name, { all: true }).catch(() => []);
  return [name, ...found.map(({ address }) => plainAddress(address))];
}
