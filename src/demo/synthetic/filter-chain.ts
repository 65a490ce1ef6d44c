import { Filter, type FilterContext, FilterGraph, type Frame } from 'node-av';

/** A generator of frames: a chain of FFmpeg filters without inputs that ends in a sink, e.g. testsrc2 → format. */
export class FilterChain {
  private readonly graph = new FilterGraph();
  private readonly sink: FilterContext;

  /**
   * @param kind what flows through it
   * @param filters names with their arguments in FFmpeg's filter syntax, in order; the first must be a source
   * @throws Error when a filter or an argument is unknown
   */
  constructor(kind: 'audio' | 'video', filters: readonly (readonly [name: string, args: string])[]) {
    this.graph.alloc();
    const sink = kind === 'audio' ? 'abuffersink' : 'buffersink';
    const chain = [...filters, [sink, ''] as const].map(([name, args]) => this.create(name, args));
    for (let i = 1; i < chain.length; i++) check('link', chain[i - 1]!.link(0, chain[i]!, 0));
    check('configure', this.graph.configSync());
    this.sink = chain.at(-1)!;
  }

  /** Puts the next frame into `frame`; the caller unrefs it. */
  next(frame: Frame): void {
    check('get frame', this.sink.buffersinkGetFrameSync(frame));
  }

  close(): void {
    this.graph.free();
  }

  private create(name: string, args: string): FilterContext {
    const filter = Filter.getByName(name);
    const context = filter && this.graph.createFilter(filter, name, args || null);
    if (!context) throw new Error(`FFmpeg filter ${name}=${args} can't be made`);
    return context;
  }
}

/** @throws Error on a negative FFmpeg return code */
export function check(what: string, code: number): void {
  if (code < 0) throw new Error(`FFmpeg could not ${what}: error ${code}`);
}
