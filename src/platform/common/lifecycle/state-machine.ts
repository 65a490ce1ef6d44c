import { DomainError } from '../errors';

/** A lifecycle: for each state, the states it may go to. A state that leads nowhere is final. */
export type TransitionTable<S extends string> = Readonly<Record<S, readonly S[]>>;

/** The checked table of one lifecycle. Build it once, at module load, so that a wrong table fails the boot. */
export class StateMachine<S extends string> {
  /**
   * @param subject what it is the lifecycle of, for errors, e.g. `The invitation`
   * @throws Error when a state is unknown or can't be reached from `initial`
   */
  constructor(
    readonly subject: string,
    readonly initial: S,
    private readonly table: TransitionTable<S>,
  ) {
    this.checkTable();
  }

  can(from: S, to: S): boolean {
    return this.table[from].includes(to);
  }

  isFinal(state: S): boolean {
    return this.table[state].length === 0;
  }

  /**
   * The states that may go to `to`: what a compare-and-set asks for.
   * @param among only these of them; default: all
   */
  sourcesOf(to: S, among: readonly S[] = this.all): S[] {
    return among.filter((from) => this.can(from, to));
  }

  /** The states that may go to `to`, and `to` itself: for a compare-and-set that may repeat or refresh a state. */
  sourcesAnd(to: S): S[] {
    return [...this.sourcesOf(to), to];
  }

  get all(): S[] {
    return Object.keys(this.table) as S[];
  }

  /** The states that lead somewhere: what is in one of them isn't over. */
  get open(): S[] {
    return this.all.filter((state) => !this.isFinal(state));
  }

  /** The states that lead nowhere. */
  get over(): S[] {
    return this.all.filter((state) => this.isFinal(state));
  }

  /** @throws DomainError invalid_transition */
  assert(from: S, to: S): void {
    if (!this.can(from, to)) throw new DomainError('invalid_transition', { subject: this.subject, from, to });
  }

  private checkTable(): void {
    const reached = new Set<string>([this.initial]);
    for (const state of reached) {
      const next = (this.table as Record<string, readonly string[]>)[state];
      if (!next) throw new Error(`${this.subject}: unknown state ${state}`);
      next.forEach((s) => reached.add(s));
    }
    const lost = Object.keys(this.table).filter((s) => !reached.has(s));
    if (lost.length > 0) throw new Error(`${this.subject}: unreachable states ${lost.join(', ')}`);
  }
}
