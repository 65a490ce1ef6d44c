import { isDeepStrictEqual } from 'node:util';
import type { MixSeat } from '../../../src/media/contract';
import type { World } from './world';

const ACTIVE = `('connecting', 'live', 'ending')`;
const OVER = `('stopped', 'failed')`;

/** Rows of these queries are violations, at any moment. One statement each: it sees one moment. */
const ALWAYS: Record<string, string> = {
  'two active sessions on a channel': `
    SELECT channel_id AS id FROM co_host_sessions WHERE state IN ${ACTIVE} GROUP BY 1 HAVING count(*) > 1`,
  'two active sessions of a host': `
    SELECT host_id AS id FROM co_host_sessions WHERE state IN ${ACTIVE} GROUP BY 1 HAVING count(*) > 1`,
  'a seat taken in a session that is over': `
    SELECT m.id FROM co_host_members m JOIN co_host_sessions s ON s.id = m.session_id
    WHERE m.state <> 'left' AND s.state NOT IN ${ACTIVE}`,
  'a user on two seats': `
    SELECT user_id AS id FROM co_host_members WHERE state <> 'left' GROUP BY 1 HAVING count(*) > 1`,
  'a seat taken twice': `
    SELECT session_id AS id FROM co_host_members WHERE state <> 'left' GROUP BY 1, seat HAVING count(*) > 1`,
  'a banned user on a seat': `
    SELECT m.id FROM co_host_members m JOIN co_host_bans b USING (session_id, user_id) WHERE m.state <> 'left'`,
  'invitations accepted are not as many as seats given': `
    SELECT channel_id || ' ' || user_id AS id FROM (
      SELECT channel_id, user_id, count(*)::int AS n FROM invitations WHERE state = 'accepted' GROUP BY 1, 2) i
    FULL JOIN (
      SELECT s.channel_id, m.user_id, sum(m.turn)::int AS n FROM co_host_members m
      JOIN co_host_sessions s ON s.id = m.session_id WHERE m.role = 'guest' GROUP BY 1, 2) m
    USING (channel_id, user_id) WHERE i.n IS DISTINCT FROM m.n`,
  'an open conference of no session': `
    SELECT c.id FROM conferences c WHERE c.purpose = 'co-host' AND c.state = 'open' AND NOT EXISTS (
      SELECT 1 FROM co_host_sessions s WHERE s.conference_id = c.id AND s.cleaned_at IS NULL)`,
  'a conference whose owner was never let in': `
    SELECT c.id FROM conferences c WHERE c.purpose = 'co-host' AND NOT EXISTS (
      SELECT 1 FROM conference_members m WHERE m.conference_id = c.id AND m.user_id = c.owner_id)`,
  'somebody in a conference that has ended': `
    SELECT m.member_id AS id FROM conference_members m JOIN conferences c ON c.id = m.conference_id
    WHERE c.state = 'ended' AND m.state <> 'left'`,
  'a mix that nobody wants': `
    SELECT t.id FROM mix_tasks t WHERE t.state NOT IN ('stopping', 'stopped', 'failed')
      AND NOT EXISTS (SELECT 1 FROM co_host_sessions s WHERE s.mix_task_id = t.id AND s.cleaned_at IS NULL)
      AND NOT EXISTS (
        SELECT 1 FROM mix_switches w WHERE t.id IN (w.from_task_id, w.to_task_id) AND w.cleaned_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM bypass_lives b WHERE b.mix_task_id = t.id)`,
};

/** Rows of these are violations once nothing moves any more. */
const AT_REST: Record<string, string> = {
  'a session that is over, but not cleaned up': `
    SELECT id FROM co_host_sessions WHERE state NOT IN ${ACTIVE} AND cleaned_at IS NULL`,
  'a session of a channel that is gone': `
    SELECT s.id FROM co_host_sessions s WHERE state IN ${ACTIVE}
      AND NOT EXISTS (SELECT 1 FROM channels c WHERE c.id = s.channel_id)`,
  'a session whose host has left goes on': `
    SELECT s.id FROM co_host_sessions s JOIN co_host_members m ON m.session_id = s.id
    WHERE s.state IN ('connecting', 'live') AND m.role = 'host' AND m.state = 'left'`,
  'a session goes on without a mix': `
    SELECT s.id FROM co_host_sessions s LEFT JOIN mix_tasks t ON t.id = s.mix_task_id
    WHERE s.state IN ('connecting', 'live') AND (t.id IS NULL OR t.state IN ('stopping', 'stopped', 'failed'))
      AND NOT EXISTS (SELECT 1 FROM mix_switches w WHERE w.session_id = s.id AND w.state = 'switching')`,
  'a session is connecting while viewers see its mix': `
    SELECT s.id FROM co_host_sessions s JOIN mix_tasks t ON t.id = s.mix_task_id JOIN channels c ON c.id = s.channel_id
    WHERE s.state = 'connecting' AND c.source = 'mix' AND c.source_epoch >= t.epoch`,
  'a session is ending while nobody is waited for': `
    SELECT s.id FROM co_host_sessions s JOIN channels c ON c.id = s.channel_id LEFT JOIN mix_tasks t ON t.id = s.mix_task_id
    WHERE s.state = 'ending' AND (s.live_at IS NULL OR c.source = 'host' OR s.returned_at IS NULL
      OR t.state IS NULL OR t.state IN ${OVER})`,
  'a switch is decided, but not finished': `
    SELECT id FROM mix_switches WHERE state <> 'switching' AND cleaned_at IS NULL`,
  'a switch of a session that is over': `
    SELECT w.id FROM mix_switches w JOIN co_host_sessions s ON s.id = w.session_id
    WHERE w.cleaned_at IS NULL AND s.state NOT IN ('connecting', 'live')`,
  'a session doesn’t follow its channel’s mode': `
    SELECT s.id FROM co_host_sessions s JOIN channels c ON c.id = s.channel_id
    WHERE s.state IN ('connecting', 'live') AND s.channel_mode <> c.mixing_mode
      AND NOT EXISTS (SELECT 1 FROM mix_switches w WHERE w.session_id = s.id AND w.cleaned_at IS NULL)`,
  'a seat and the conference disagree': `
    SELECT m.id || ' ' || m.state || ' ' || c.state AS id
    FROM co_host_members m JOIN co_host_sessions s ON s.id = m.session_id
    JOIN conference_members c ON c.conference_id = s.conference_id AND c.user_id = m.user_id
    WHERE s.state IN ${ACTIVE} AND (
      (m.state <> 'left' AND c.state = 'left') OR (m.state = 'invited' AND c.state = 'connected')
      OR (m.state = 'left' AND m.role = 'guest' AND c.state <> 'left')
      OR (m.state <> 'left' AND (m.audio_muted_by_host, m.video_muted_by_host, m.gain, m.audio, m.video) IS DISTINCT FROM
        (c.audio_muted_by_host, c.video_muted_by_host, c.gain, c.audio AND NOT c.audio_muted_by_host,
         c.video AND NOT c.video_muted_by_host)))`,
  'an invitation is pending beyond its time': `
    SELECT id FROM invitations WHERE state = 'pending' AND expires_at <= now()`,
  'a member is waited for beyond their time': `
    SELECT member_id AS id FROM conference_members WHERE grace_deadline <= now()`,
  'a mix is on its way': `
    SELECT id || ' ' || state AS id FROM mix_tasks
    WHERE state IN ('queued', 'starting', 'retrying', 'stopping')
      OR (state = 'running' AND mode = 'server' AND applied_version < version)`,
  'a bypass live is on its way': `
    SELECT id || ' ' || state AS id FROM bypass_lives WHERE state = 'starting' OR (state = 'idle' AND mix_task_id IS NOT NULL)`,
};

/** @returns what is wrong now; empty: nothing */
export async function violations(world: World, when: 'always' | 'at rest'): Promise<string[]> {
  if (when === 'always') return query(world, ALWAYS);
  const all = await Promise.all([query(world, AT_REST), seatsOfMixes(world), media(world)]);
  return all.flat();
}

/** All of them in one statement: what it sees is one moment. */
async function query(world: World, checks: Record<string, string>): Promise<string[]> {
  const union = Object.entries(checks)
    .map(([what, sql]) => `SELECT '${what}' AS what, v.id::text AS id FROM (${sql}) v`)
    .join(' UNION ALL ');
  const rows = await world.sql<{ what: string; id: string }>(union);
  return rows.map(({ what, id }) => `${what}: ${id}`);
}

interface MixedSession {
  id: string;
  state: string;
  same_layout: boolean;
  mixed: MixSeat[];
  members: (MixSeat & { role: string; state: string })[] | null;
}

/** Does every mix show those who have a seat, as they are there? */
async function seatsOfMixes(world: World): Promise<string[]> {
  const rows = await world.sql<MixedSession>(
    `SELECT s.id, s.state, t.seats AS mixed, t.layout = s.layout AS same_layout,
       (SELECT json_agg(json_build_object('userId', m.user_id, 'name', m.name, 'seat', m.seat, 'audio', m.audio,
          'video', m.video, 'gain', m.gain, 'role', m.role, 'state', m.state) ORDER BY m.seat)
        FROM co_host_members m WHERE m.session_id = s.id AND m.state <> 'left') AS members
     FROM co_host_sessions s JOIN mix_tasks t ON t.id = s.mix_task_id
     WHERE s.state IN ${ACTIVE} AND t.state = 'running'`,
  );
  return rows.flatMap(({ id, state, mixed, members, same_layout }) => {
    const wanted = (members ?? [])
      .filter((m) => m.state === 'on-air' || m.role === 'host' || state === 'connecting')
      .map(({ userId, name, seat, audio, video, gain }) => ({ userId, name, seat, audio, video, gain }));
    const same = isDeepStrictEqual(mixed, wanted) && same_layout;
    return same ? [] : [`the mix of ${state} session ${id} shows ${show(mixed)}, not ${show(wanted)}`];
  });
}

function show(seats: MixSeat[]): string {
  return (
    seats.map((s) => `${s.seat}${s.userId}${s.audio ? '' : ' muted'}${s.video ? '' : ' dark'}`).join() ||
    'nobody'
  );
}

/** Does control know what the media node has? */
async function media(world: World): Promise<string[]> {
  const channels = await world.sql<{ id: string; source: string; source_epoch: number; host_epoch: number }>(
    'SELECT id, source, source_epoch, host_epoch FROM channels WHERE node_id IS NOT NULL',
  );
  const wrong = channels.flatMap(({ id, source, source_epoch, host_epoch }) => {
    const shown = world.node.shown(id);
    const host = shown.publishers.find(({ role }) => role === 'host');
    if (host && host.epoch < host_epoch) return [`the host's push on ${id} was not lifted`];
    if (shown.source === source && shown.epoch === source_epoch) return [];
    return [`channel ${id} shows ${shown.source} ${shown.epoch}, not ${source} ${source_epoch}`];
  });
  const connected = await world.sql<{ id: string }>(
    `SELECT member_id AS id FROM conference_members WHERE state = 'connected'`,
  );
  const known = new Set(connected.map(({ id }) => id));
  const present = world.node.present().flatMap(([, members]) => members);
  const strangers = present.filter((id) => !known.has(id));
  const missing = [...known].filter((id) => !present.includes(id));
  return [
    ...wrong,
    ...strangers.map((id) => `member ${id} is connected, and control doesn't know`),
    ...missing.map((id) => `member ${id} isn't connected, and control doesn't know`),
  ];
}
