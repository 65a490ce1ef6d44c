import { hasRoom, type HostLimits, type HostUse } from './host-room';
import { type CostedMix, costOf } from './mix-cost';

/** A mixer host, as it has said itself. */
export interface MixerHost extends HostLimits {
  /** Of its process. */
  presence: number;
  /** What mixes cost there against the model. */
  factor: number;
}

/** A mix that isn't over, in server mixing. */
export interface LoadingMix extends CostedMix {
  /** The living worker that has it; null: it waits for one. */
  worker: number | null;
  ownerId: string;
  reasonType: 'co-host' | 'bypass';
}

/** All mixer hosts that live, and all that they have to do. */
export interface MixerLoad<Host extends MixerHost = MixerHost> {
  hosts: Host[];
  mixes: LoadingMix[];
}

/** Each host with what is used of it. */
export function withUse<Host extends MixerHost>({ hosts, mixes }: MixerLoad<Host>): (Host & HostUse)[] {
  return hosts.map((host) => {
    const own = mixes.filter(({ worker }) => worker === host.presence);
    return { ...host, running: own.length, used: sumOf(own, host.factor) };
  });
}

/** One bypass in four at most is co-hostings' room. */
const FOR_BYPASS = 3 / 4;

/** Why a bypass can't begin now. */
export type Refusal = 'mixers_busy' | 'mixer_share';

/**
 * Whether a mix of a conference that is watched may begin: it would not wait, it leaves a quarter to co-hostings, and its
 * owner's mixes hold no more than their share. The first mix of an owner is within it, as the first of all mixes is
 * within what is for bypasses. Where no host is known everything may begin.
 * @param share of all cores and all slots, 0 to 1
 */
export function refusalOf(
  { hosts, mixes }: MixerLoad,
  wanted: CostedMix & { ownerId: string },
  share: number,
): Refusal | null {
  if (hosts.length === 0) return null;
  const factor = hosts.reduce((sum, host) => sum + host.factor, 0) / hosts.length;
  const all = {
    cores: hosts.reduce((sum, { cores }) => sum + cores, 0),
    slots: hosts.reduce((sum, { slots }) => sum + slots, 0),
  };
  const exceeds = (among: LoadingMix[], part: HostLimits): boolean => {
    const use = { running: among.length, used: sumOf(among, factor) };
    return !hasRoom({ ...part, ...use }, costOf(wanted, factor));
  };
  const own = mixes.filter(({ ownerId }) => ownerId === wanted.ownerId);
  if (exceeds(own, { cores: share * all.cores, slots: Math.floor(share * all.slots) })) return 'mixer_share';
  const bypasses = mixes.filter(({ reasonType }) => reasonType === 'bypass');
  const slots = all.slots - Math.min(all.slots - 1, Math.max(1, Math.floor(all.slots / 4)));
  if (exceeds(bypasses, { cores: FOR_BYPASS * all.cores, slots })) return 'mixers_busy';
  return hasPlace(withUse({ hosts, mixes }), mixes, wanted) ? null : 'mixers_busy';
}

/** Whether some host has room for the mix, after those that wait have taken theirs. */
function hasPlace(hosts: (MixerHost & HostUse)[], mixes: LoadingMix[], wanted: CostedMix): boolean {
  const waiting: CostedMix[] = mixes.filter(({ worker }) => worker === null);
  return [...waiting, wanted].every((mix) => {
    const host = hosts.find((one) => hasRoom(one, costOf(mix, one.factor)));
    if (!host) return false;
    host.used += costOf(mix, host.factor);
    host.running += 1;
    return true;
  });
}

function sumOf(mixes: readonly CostedMix[], factor: number): number {
  return mixes.reduce((sum, mix) => sum + costOf(mix, factor), 0);
}
