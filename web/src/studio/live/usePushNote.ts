import { lianmai } from '../../app/lianmai';
import { follow, own } from '../../app/readable';
import type { CoHost } from '../../room/useCoHost';
import type { Room } from '../../room/useRoom';

/** What the host's encoder has to do now: `stop` when the mix has taken over, `resume` when the channel goes back. */
export function usePushNote({ room }: Room, { coHosting }: CoHost) {
  const duty = own(lianmai.pushDuty(room, coHosting));
  return { note: follow(duty.duty), dismiss: () => duty.dismiss() };
}
