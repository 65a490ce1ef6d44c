import { isOwnerOrAdmin } from '../../auth';
import type { Standing } from '../../conference';
import type { BypassAudience, ConferenceAccess } from '../../contracts';

interface AudienceSettings {
  audience: BypassAudience | null;
  allowed: readonly string[];
}

/** Who may watch: what was configured, else as open as the conference itself is. */
export function audienceOf(
  live: Pick<AudienceSettings, 'audience'> | null,
  conference: { access: ConferenceAccess },
): BypassAudience {
  return live?.audience ?? (conference.access === 'open' ? 'open' : 'allowed');
}

/** May somebody who could watch before no longer do so? */
export function revokesAccess(
  before: AudienceSettings,
  after: AudienceSettings,
  conference: { access: ConferenceAccess },
): boolean {
  if (audienceOf(after, conference) === 'open') return false;
  if (audienceOf(before, conference) === 'open') return true;
  return before.allowed.some((userId) => !after.allowed.includes(userId));
}

/** Who was removed from the conference is out of its audience too, unless the owner has listed them. */
export function mayWatch(
  live: AudienceSettings | null,
  conference: { access: ConferenceAccess; ownerId: string },
  caller: { userId: string; role: 'user' | 'admin' },
  standing: Standing,
): boolean {
  if (isOwnerOrAdmin(caller, conference.ownerId)) return true;
  if (live?.allowed.includes(caller.userId)) return true;
  if (standing === 'removed') return false;
  return standing === 'member' || audienceOf(live, conference) === 'open';
}
