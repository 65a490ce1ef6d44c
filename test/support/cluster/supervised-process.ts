import { launch, type Launched } from '../app/app-process';
import { descendantsOf, isAlive } from '../process/processes';
import { until } from '../waiting/until';

const END_TIMEOUT_MS = 20_000;

/** One process of a cluster, started again when it dies, as systemd or Kubernetes would. */
export class SupervisedProcess {
  private launched: Launched;
  private ending = false;
  /** What earlier runs printed. */
  private earlier = '';
  /** Children of runs that were killed. */
  private left: number[] = [];
  starts = 1;

  constructor(
    readonly name: string,
    readonly env: Record<string, string>,
  ) {
    this.launched = this.launch();
  }

  get pid(): number {
    return this.launched.child.pid!;
  }

  /** Everything it has printed, in all its runs. */
  log(): string {
    return this.earlier + this.launched.log();
  }

  /** Its living children and theirs. */
  children(): number[] {
    return descendantsOf(this.pid).filter(isAlive);
  }

  kill(): void {
    this.left.push(...this.children());
    process.kill(this.pid, 'SIGKILL');
  }

  /** Stops the process alone, not its children, until `resume`. */
  pause(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** Ends it for good; resolves when neither it nor a child of it is left. Idempotent. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.ending = true;
    this.left.push(...this.children());
    this.launched.child.kill('SIGCONT');
    this.launched.child.kill(signal);
    await this.launched.exited;
    await until(() => !this.left.some(isAlive), END_TIMEOUT_MS);
  }

  private launch(): Launched {
    const launched = launch(this.env);
    void launched.exited.then(() => {
      if (this.ending) return;
      this.earlier += launched.log();
      this.starts++;
      this.launched = this.launch();
    });
    return launched;
  }
}
