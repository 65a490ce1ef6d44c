import { EventEmitter } from 'node:events';
import { ViewRefusedError } from './flv-capture';

export interface CapturedPart {
  uri: string;
  /** Of the initialisation segment. */
  map: string;
  durationMs: number;
  independent: boolean;
  discontinuity: boolean;
  bytes: Buffer;
  /** ms, performance.now(). */
  arrivedAt: number;
}

/** What lies between two EXT-X-MAPs: a whole file. */
export interface CapturedRun {
  map: string;
  bytes: Buffer;
  parts: CapturedPart[];
}

type Attributes = Record<string, string>;
type PartLine = Omit<CapturedPart, 'bytes' | 'arrivedAt'>;

/** A media playlist as a client reads it. */
export interface ReadPlaylist {
  text: string;
  /** The first value of each tag. */
  tags: Map<string, string>;
  parts: PartLine[];
  /** Media sequence number of the first segment, and how many there are. */
  sequence: number;
  segments: string[];
  /** Parts behind the last complete segment. */
  open: number;
  ended: boolean;
}

/**
 * A plain HTTP client of LL-HLS: follows the playlist by blocking reload and keeps every part, in order. Emits `part`
 * for each and `end` when it stops following.
 */
export class HlsCapture extends EventEmitter<{ part: [CapturedPart]; end: [] }> {
  readonly parts: CapturedPart[] = [];
  /** Playlists as they came. */
  readonly playlists: ReadPlaylist[] = [];
  readonly inits = new Map<string, Buffer>();
  private readonly abort = new AbortController();
  /** Rejects when an answer isn't what it should be. */
  readonly followed: Promise<void>;

  private constructor(
    readonly multivariant: string,
    readonly address: string,
  ) {
    super();
    this.setMaxListeners(0);
    this.followed = this.follow().finally(() => this.emit('end'));
    this.followed.catch(() => undefined); // for those who await it
  }

  /** Begins to watch. @throws ViewRefusedError when the server answers anything but 200. */
  static async open(url: string): Promise<HlsCapture> {
    const text = (await fetchOk(url)).toString();
    const uri = text.split('\n').find((line) => line !== '' && !line.startsWith('#')) ?? '';
    return new HlsCapture(text, new URL(uri, url).href);
  }

  /** The files that the parts make. */
  get runs(): CapturedRun[] {
    const runs: CapturedRun[] = [];
    for (const part of this.parts) {
      if (runs.at(-1)?.map !== part.map || part.discontinuity)
        runs.push({ map: part.map, bytes: this.inits.get(part.map) ?? Buffer.alloc(0), parts: [] });
      runs.at(-1)!.parts.push(part);
    }
    return runs.map((run) => ({
      ...run,
      bytes: Buffer.concat([run.bytes, ...run.parts.map(({ bytes }) => bytes)]),
    }));
  }

  /** Resolves when `predicate` holds for a part from now on. @throws when the playlist ends or fails before */
  waitFor(predicate: (part: CapturedPart) => boolean, timeoutMs = 15_000): Promise<CapturedPart> {
    return new Promise((resolve, reject) => {
      const finish = (result: CapturedPart | Error): void => {
        clearTimeout(timer);
        this.off('part', onPart).off('end', onEnd);
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      const onPart = (part: CapturedPart): void => void (predicate(part) && finish(part));
      const onEnd = (): void =>
        void this.followed.then(() => finish(new Error('the playlist ended')), finish);
      const timer = setTimeout(() => finish(new Error(`no such part within ${timeoutMs} ms`)), timeoutMs);
      this.on('part', onPart).on('end', onEnd);
    });
  }

  /** Resolves when this much more media has arrived, ms. */
  async play(ms: number): Promise<void> {
    let left = ms;
    await this.waitFor(({ durationMs }) => (left -= durationMs) <= 0, ms + 15_000);
  }

  /** Stops asking. Idempotent. */
  async stop(): Promise<void> {
    this.abort.abort();
    await this.followed;
  }

  private async follow(): Promise<void> {
    try {
      let playlist = await this.load('');
      while (!playlist.ended) {
        const next = playlist.sequence + playlist.segments.length;
        playlist = await this.load(`?_HLS_msn=${next}&_HLS_part=${playlist.open}`);
      }
    } catch (error) {
      if (!this.abort.signal.aborted) throw error;
    }
  }

  private async load(query: string): Promise<ReadPlaylist> {
    const playlist = readPlaylist((await this.fetch(this.address + query)).toString());
    this.playlists.push(playlist);
    for (const line of playlist.parts) {
      if (this.parts.some(({ uri }) => uri === line.uri)) continue;
      if (!this.inits.has(line.map)) this.inits.set(line.map, await this.fetch(line.map));
      const part = { ...line, bytes: await this.fetch(line.uri), arrivedAt: performance.now() };
      this.parts.push(part);
      this.emit('part', part);
    }
    return playlist;
  }

  private fetch(uri: string): Promise<Buffer> {
    return fetchOk(new URL(uri, this.address).href, this.abort.signal);
  }
}

async function fetchOk(url: string, signal?: AbortSignal): Promise<Buffer> {
  const response = await fetch(url, { signal });
  const body = Buffer.from(await response.arrayBuffer());
  if (response.status === 200) return body;
  throw new ViewRefusedError(response.status, (JSON.parse(body.toString()) as { code: string }).code);
}

/** Reads a media playlist. */
export function readPlaylist(text: string): ReadPlaylist {
  const playlist: ReadPlaylist = {
    text,
    tags: new Map(),
    parts: [],
    sequence: 0,
    segments: [],
    open: 0,
    ended: false,
  };
  let map = '';
  let discontinuity = false;
  for (const line of text.split('\n')) {
    const [, tag = '', value = ''] = /^#([A-Z0-9-]+):?(.*)$/.exec(line) ?? [];
    if (tag && !playlist.tags.has(tag)) playlist.tags.set(tag, value);
    if (tag === 'EXT-X-DISCONTINUITY') discontinuity = true;
    if (tag === 'EXT-X-MAP') map = attributesOf(value)['URI'] ?? '';
    if (tag === 'EXT-X-PART') {
      const { DURATION = '', URI: uri = '', INDEPENDENT } = attributesOf(value);
      const independent = INDEPENDENT === 'YES';
      playlist.parts.push({ uri, map, durationMs: Number(DURATION) * 1000, independent, discontinuity });
      playlist.open += 1;
      discontinuity = false;
    }
    if (line !== '' && !line.startsWith('#')) {
      playlist.segments.push(line);
      playlist.open = 0;
      discontinuity = false;
    }
  }
  playlist.sequence = Number(playlist.tags.get('EXT-X-MEDIA-SEQUENCE'));
  playlist.ended = playlist.tags.has('EXT-X-ENDLIST');
  return playlist;
}

/** NAME=value and NAME="value", separated by commas. */
export function attributesOf(text: string): Attributes {
  const pairs = text.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))/g);
  return Object.fromEntries([...pairs].map(([, name, quoted, bare]) => [name!, quoted ?? bare ?? '']));
}
