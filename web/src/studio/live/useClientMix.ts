/** Client mixing: this page mixes the co-hosting and pushes the result, as long as the session wants it. */
import { canvasMix } from '@lianmai/client/mix';
import { lianmai } from '../../app/lianmai';
import { follow, own } from '../../app/readable';
import type { Call } from '../../call/useCall';
import type { CoHost } from '../../room/useCoHost';

export function useClientMix({ coHosting }: CoHost, { call }: Call) {
  const push = own(lianmai.mixPush(coHosting, call, { mixer: canvasMix }));
  return { wanted: follow(push.wanted), state: follow(push.state), problem: follow(push.problem) };
}

export type ClientMix = ReturnType<typeof useClientMix>;
