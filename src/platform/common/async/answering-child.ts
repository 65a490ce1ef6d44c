import type { ChildProcess } from 'node:child_process';
import { forkChild } from '../../processes';
import { endChild } from './end-child';

interface Limits {
  /** An answer that takes longer is given up, ms. */
  timeoutMs: number;
  /** After this time without a question the process is ended, ms. */
  idleMs: number;
}

/**
 * A process that answers questions, for work that nobody else should be taken along by: it takes the CPU, or parses what
 * strangers send. It is there while it is asked, one question at a time, and after an answer that didn't come there is
 * another.
 */
export class AnsweringChild<Question, Answer> {
  private child: ChildProcess | null = null;
  private idle: NodeJS.Timeout | undefined;
  private closed = false;

  /** @param path of its entry */
  constructor(
    private readonly path: string,
    private readonly limits: Limits,
  ) {}

  /** Only when the last question was answered. @throws Error when the process ends, or says nothing for too long */
  async ask(question: Question): Promise<Answer> {
    clearTimeout(this.idle);
    if (this.closed) throw new Error('closed');
    try {
      return await this.answerOf((this.child ??= this.fork()), question);
    } catch (error) {
      await this.end();
      throw error;
    } finally {
      if (!this.closed) this.idle = setTimeout(() => void this.end(), this.limits.idleMs).unref();
    }
  }

  /** Ends the process; the next question is for another. */
  async end(): Promise<void> {
    clearTimeout(this.idle);
    const { child } = this;
    this.child = null;
    if (child) await endChild(child, () => child.kill('SIGKILL'));
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.closed = true;
    await this.end();
  }

  private answerOf(child: ChildProcess, question: Question): Promise<Answer> {
    const { timeoutMs } = this.limits;
    return new Promise((resolve, reject) => {
      const settle = (done: () => void): void => {
        clearTimeout(late);
        child.off('message', onMessage).off('exit', onExit).off('error', onError);
        done();
      };
      const onMessage = (answer: unknown) => settle(() => resolve(answer as Answer));
      const onError = (error: Error) => settle(() => reject(error));
      const onExit = (code: number | null) => onError(new Error(`its process ended with ${code}`));
      const onLate = () => onError(new Error(`nothing within ${timeoutMs} ms`));
      const late = setTimeout(onLate, timeoutMs);
      child.on('message', onMessage).on('exit', onExit).on('error', onError);
      child.send(question as object, (error) => error && onError(error));
    });
  }

  private fork(): ChildProcess {
    const child = forkChild(
      this.path,
      {},
      // Pictures are bytes, which JSON has not.
      { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true },
    );
    // Who waits for an answer hears of it too.
    child.on('error', () => undefined);
    child.once('exit', () => {
      if (this.child === child) this.child = null;
    });
    return child;
  }
}
