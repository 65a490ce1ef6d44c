import type { MediaVerifier } from '../auth';
import type { ControlAuthorizer, JoinAuthorizer, PlayAuthorizer, PublishAuthorizer } from '../media/contract';
import { ExpiringSet } from '../shared/expiring-set';

/** Tokens that are remembered as used; they live for 60 s at most. */
const MAX_USED = 100_000;

/** Authorizes by the signed tokens that control hands out: no look-up, no database. Holds no key that signs. */
export class MediaAuthorizers
  implements PublishAuthorizer, PlayAuthorizer, JoinAuthorizer, ControlAuthorizer
{
  private readonly used = new ExpiringSet(MAX_USED);

  /** @param nodeId whose calls of control these are */
  constructor(
    private readonly verifier: MediaVerifier,
    private readonly nodeId: string,
  ) {}

  async authorizePublish(streamName: string) {
    const [channelId = '', query = ''] = streamName.split('?', 2);
    const grant = await this.verifier.verify('push', new URLSearchParams(query).get('token') ?? '');
    return grant?.channelId === channelId ? grant : null;
  }

  async authorizePlay(channelId: string, token: string) {
    const grant = await this.verifier.verify('play', token);
    return grant?.channelId === channelId ? grant : null;
  }

  /** A token for a call is good once: who has it from a log or a former member can't come in by it. */
  async authorizeJoin(token: string) {
    const grant = await this.verifier.verify('mas', token);
    return grant && this.isFirstUse(grant) ? grant : null;
  }

  authorizeEgress(token: string) {
    return this.verifier.verify('egress', token);
  }

  async authorizeControl(token: string, call: string) {
    const grant = await this.verifier.verify('control', token);
    return grant?.nodeId === this.nodeId && grant.call === call && this.isFirstUse(grant);
  }

  private isFirstUse({ jti, exp }: { jti: string; exp: number }): boolean {
    return this.used.add(jti, exp * 1000, Date.now());
  }
}
