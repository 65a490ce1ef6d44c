import type { PlayAuthorizer, PlayGrant } from '../contract';
import { safeDecode } from '../http/request';

export type Refusal = { status: 400 | 401 | 404 | 503; code: string; detail: string };
export type Admission = Refusal | PlayGrant;

export const NOT_ON_AIR: Refusal = {
  status: 404,
  code: 'channel_not_on_air',
  detail: 'Nobody is on the air in this channel.',
};

/** An encoder whose GOP is too long to be kept lets nobody in until it ends. */
export const KEYFRAME_AWAITED: Refusal = {
  status: 503,
  code: 'keyframe_awaited',
  detail: 'The channel is on the air; its picture begins with the encoder’s next keyframe.',
};

/** May the token of the address play the channel, whose name is as in the path? */
export async function admitPlay(
  hub: { isOnAir(channelId: string): boolean },
  authorizer: PlayAuthorizer,
  name: string,
  url: URL,
): Promise<Admission> {
  const grant = await authorizer.authorizePlay(safeDecode(name), url.searchParams.get('token') ?? '');
  if (!grant) {
    return { status: 401, code: 'play_token_invalid', detail: 'The play token is wrong or has expired.' };
  }
  return hub.isOnAir(grant.channelId) ? grant : NOT_ON_AIR;
}
