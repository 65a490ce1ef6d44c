import type { Signer } from '../auth';
import type { ControlAuthorizer, JoinAuthorizer, PlayAuthorizer, PublishAuthorizer } from '../media/contract';

/** Authorizes by the signed tokens that control hands out: no look-up, no database. */
export class MediaAuthorizers
  implements PublishAuthorizer, PlayAuthorizer, JoinAuthorizer, ControlAuthorizer
{
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

  authorizeJoin(token: string) {
    return this.signer.verify('mas', token);
  }

  authorizeEgress(token: string) {
    return this.signer.verify('egress', token);
  }

  async authorizeControl(token: string) {
    return (await this.signer.verify('control', token)) !== null;
  }
}
