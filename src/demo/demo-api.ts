import type { TokenView, UserRole } from '../contracts';

/** The REST API as an app and its backend use it. */
export class DemoApi {
  /**
   * @param url of the API, without a path
   * @param apiKey of an app's backend
   */
  constructor(
    private readonly url: string,
    private readonly apiKey: string,
  ) {}

  async token(userId: string, name: string, role: UserRole = 'user'): Promise<string> {
    const body = { userId, name, role, ttlMs: 86_400_000 };
    return (await this.call<TokenView>('POST', '/v1/tokens', { 'x-api-key': this.apiKey }, body)).token;
  }

  /** @throws Error with the problem's code and detail when the answer is not 2xx */
  as(token: string): <T>(method: string, path: string, body?: unknown) => Promise<T> {
    return (method, path, body) => this.call(method, path, { authorization: `Bearer ${token}` }, body);
  }

  private async call<T>(method: string, path: string, headers: object, body?: unknown): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = (text ? JSON.parse(text) : null) as T & { code?: string; detail?: string };
    if (!response.ok) throw new Error(`${method} ${path}: ${answer.code}: ${answer.detail}`);
    return answer;
  }
}
