import type { CoHostView } from '@lianmai/client';
import { lianmai } from '../app/lianmai';
import { follow, own } from '../app/readable';

/** The co-host session of a channel, kept up to date; null where there has been none. */
export function useCoHost(channelId: string) {
  const coHosting = own(lianmai.coHosting(channelId));
  return {
    coHosting,
    session: follow(coHosting.session),
    active: follow(coHosting.active),
    told: (view: CoHostView) => coHosting.told(view),
  };
}

export type CoHost = ReturnType<typeof useCoHost>;
