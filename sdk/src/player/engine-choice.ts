import type { PlaybackView } from '../contracts';
import { type Readable, Value } from '../util/value';
import type { PlayerEngine, PlayerFormat, RunningEngine } from './engine';

export interface Started {
  engine: PlayerEngine;
  running: RunningEngine;
}

/** Which of the engines plays: of the format that is picked if one can, else of another. */
export class EngineChoice {
  /** As picked, or as it turned out. */
  readonly format: Readable<PlayerFormat>;
  /** What a viewer may pick of. */
  readonly formats: Readable<readonly PlayerFormat[]>;
  private readonly picked: Value<PlayerFormat>;
  private readonly left: Value<readonly PlayerFormat[]>;
  /** Those that this browser has not turned out not to play. */
  private able: readonly PlayerEngine[];

  constructor(engines: readonly PlayerEngine[]) {
    if (!engines[0]) throw new TypeError('a player without engines plays nothing');
    this.able = engines;
    this.format = this.picked = new Value(engines[0].format);
    this.formats = this.left = new Value<readonly PlayerFormat[]>(formatsOf(engines));
  }

  pick(format: PlayerFormat): void {
    this.picked.value = format;
  }

  /** @returns null: this browser plays none */
  async start(video: HTMLVideoElement, playback: PlaybackView, onLost: () => void): Promise<Started | null> {
    const { value: format } = this.picked;
    const isPicked = (engine: PlayerEngine) => engine.format === format;
    const inTurn = [...this.able.filter(isPicked), ...this.able.filter((engine) => !isPicked(engine))];
    for (const engine of inTurn) {
      const running = await engine.start(video, playback, onLost);
      if (running) return { engine, running };
      this.able = this.able.filter((other) => other !== engine);
      this.left.value = formatsOf(this.able);
      this.picked.value = this.left.value.includes(format) ? format : (this.left.value[0] ?? format);
    }
    return null;
  }
}

function formatsOf(engines: readonly PlayerEngine[]): PlayerFormat[] {
  return [...new Set(engines.map(({ format }) => format))];
}
