import type { Signer } from '../auth';
import type { ControlAuthorizer, JoinAuthorizer, PlayAuthorizer, PublishAuthorizer } from '../media/contract';
import { ExpiringSet } from '../shared/expiring-set';

/** Join tokens that are remembered as used; they live for 60 s. */
const MAX_USED = 100_000;

/** Authorizes by the signed tokens that control hands out: no look-up, no database. */
export class MediaAuthorizers
  implements PublishAuthorizer, PlayAuthorizer, JoinAuthorizer, ControlAuthorizer
{
  private readonly used = new ExpiringSet(MAX_USED);

  constructor(private readonly signer: Signer) {}

  async authorizePublish(streamName: string) {
    const [channelId = '', query = ''] = streamName.split('?', 2);
    const grant = await this.signer.verify('push', new URLSearchParams(query).get('token') ?? '');
    return grant?.channelId === channelId ? grant : null;
  }

  async authorizePlay(channelId: string, token: string) {
    const grant = await this.signer.verify('play', token);
    return grant?.channelId === channelId ? grant : null;
  }

  /** A token for a call is good once: who has it from a log or a former member can't come in by it. */
  async authorizeJoin(token: string) {
    const grant = await this.signer.verify('mas', token);
    return grant && this.used.add(grant.jti, grant.exp * 1000, Date.now()) ? grant : null;
  }

  authorizeEgress(token: string) {
    return this.signer.verify('egress', token);
  }

  async authorizeControl(token: string) {
    return (await this.signer.verify('control', token)) !== null;
  }
}
