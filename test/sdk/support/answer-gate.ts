/** Holds back answers of the API, so that what comes after them is there before. */
export interface Held {
  /** The server has answered. */
  readonly came: Promise<void>;
  /** The client gets it. */
  letGo(): void;
}

interface Waiting {
  method: string;
  path: RegExp;
  come(): void;
  gone: Promise<void>;
}

export class AnswerGate {
  private readonly waiting: Waiting[] = [];

  /** Holds back the next answer to such a request. @param path of the address */
  hold(method: string, path: RegExp): Held {
    let come = (): void => undefined;
    let letGo = (): void => undefined;
    const came = new Promise<void>((resolve) => (come = resolve));
    const gone = new Promise<void>((resolve) => (letGo = resolve));
    this.waiting.push({ method, path, come, gone });
    return { came, letGo };
  }

  async pass(method: string, url: string, answer: Response): Promise<Response> {
    const { pathname } = new URL(url);
    const at = this.waiting.findIndex((one) => one.method === method && one.path.test(pathname));
    const [waiting] = at < 0 ? [] : this.waiting.splice(at, 1);
    if (!waiting) return answer;
    const { status, headers } = answer;
    const text = await answer.text();
    waiting.come();
    await waiting.gone;
    return new Response(text === '' ? null : text, { status, headers });
  }
}
