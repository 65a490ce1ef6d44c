/** A microphone and a camera that can be unplugged and plugged in, as `navigator.mediaDevices` has them. */
import { NodeMedia } from './node-media';

type Kind = 'audio' | 'video';

export class NodeDevices extends EventTarget {
  private readonly plugged = new Set<Kind>(['audio', 'video']);
  private readonly open: NodeMedia[] = [];

  /**
   * @param color `#rrggbb`
   * @param tone Hz
   */
  constructor(
    private readonly color: string,
    private readonly tone: number,
  ) {
    super();
  }

  readonly getUserMedia = ({ audio, video }: MediaStreamConstraints = {}): Promise<MediaStream> => {
    const kinds = ([audio && 'audio', video && 'video'] as const).filter((kind) => !!kind);
    // Media Capture and Streams §10.2
    if (kinds.some((kind) => !this.plugged.has(kind)))
      return Promise.reject(Object.assign(new Error(), { name: 'NotFoundError' }));
    const media = new NodeMedia(this.color, this.tone, kinds);
    this.open.push(media);
    return Promise.resolve(media.stream);
  };

  unplug(kind: Kind): void {
    this.plugged.delete(kind);
    for (const media of this.open) media.end(kind);
    this.dispatchEvent(new Event('devicechange'));
  }

  plugIn(kind: Kind): void {
    this.plugged.add(kind);
    this.dispatchEvent(new Event('devicechange'));
  }

  close(): void {
    for (const media of this.open) media.close();
  }
}
