/** Before anything that takes this page on the air: the person checks camera and microphone, once. */
import { shallowRef } from 'vue';
import { toast } from '../../app/toast';

export interface Departure {
  kind: 'live' | 'accept' | 'invite' | 'pk';
  /** Who comes along. */
  name?: string;
  userId?: string;
  /** Until when it has to be answered. */
  expiresAt?: string;
  /** @param media the devices that were checked, for this one to release; null: they are in use already */
  go: (media: MediaStream | null) => Promise<unknown>;
  decline?: () => Promise<unknown>;
}

/** @param inUse the devices have been checked, and are sent already */
export function usePreflight(inUse: () => boolean) {
  /** What waits for the check. */
  const asked = shallowRef<Departure | null>(null);

  /** Resolves when it has begun, or waits for the check. */
  async function before(departure: Departure): Promise<void> {
    if (!inUse()) return void (asked.value = departure);
    await departure.go(null).catch((reason: unknown) => toast.failed(reason));
  }
  return { asked, before, close: () => (asked.value = null) };
}

export type Preflight = ReturnType<typeof usePreflight>;
