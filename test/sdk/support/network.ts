/** One person's network: to the API and to the media node, over TCP and UDP. */
import { Cable } from './cable';
import { MediaPath } from './media-path';

export class Network {
  readonly media = new MediaPath();

  private constructor(
    private readonly toApi: Cable,
    private readonly toNodes: ReadonlyMap<number, Cable>,
  ) {}

  /** @param urls of the API and of the media nodes */
  static async to(api: string, nodes: readonly string[]): Promise<Network> {
    const cable = async (url: string) => [portOf(url), await Cable.to(portOf(url))] as const;
    return new Network((await cable(api))[1], new Map(await Promise.all(nodes.map(cable))));
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.toApi.port}`;
  }

  /** An address of a media node, by this network; any other as it is. */
  via(address: string): string {
    const url = new URL(address);
    const cable = this.toNodes.get(Number(url.port));
    if (cable) url.port = String(cable.port);
    return url.href;
  }

  /** Connections over TCP break, and none can be made. */
  cut(): void {
    this.cables.forEach((cable) => cable.cut());
  }

  /** The same, to the API alone: what goes on at media nodes goes on. */
  cutFromApi(): void {
    this.toApi.cut();
  }

  /** Everything is swallowed, and nobody is told. */
  silence(): void {
    this.media.silence();
    this.cables.forEach((cable) => cable.silence());
  }

  mend(): void {
    this.media.mend();
    this.cables.forEach((cable) => cable.mend());
  }

  /** Another address: what is under way is swallowed from now on, what begins gets through. */
  roam(): void {
    this.media.roam();
    this.cables.forEach((cable) => cable.roam());
  }

  close(): void {
    this.media.close();
    this.cables.forEach((cable) => cable.close());
  }

  private get cables(): Cable[] {
    return [this.toApi, ...this.toNodes.values()];
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
