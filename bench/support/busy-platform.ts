/** Rows of a platform in its evening: many channels, some of them live, some of those co-hosted. */
import { Client } from 'pg';
import type { ChannelSnapshot, ConferenceSnapshot } from '../../src/media/contract';

export interface Carried {
  channels: ChannelSnapshot[];
  conferences: ConferenceSnapshot[];
}

interface Size {
  channels: number;
  live: number;
  /** Of the live ones. */
  coHosted: number;
  nodeIds: string[];
}

const LAYOUT = `'{"kind": "grid", "fit": "crop", "background": "#101418"}'::jsonb`;
const OUTPUT = `'{"width": 1280, "height": 720, "fps": 25, "gop": 50, "videoBitrate": 1500000, "audioBitrate": 128000}'::jsonb`;
/** Advisory locks of living processes (LastingConnection). */
const PRESENCE = 0x11a5;
const WORKER = 4711;

/** Fills the migrated database. @returns what each node carries */
export async function fillPlatform(url: string, size: Size): Promise<Carried[]> {
  const db = new Client({ connectionString: url });
  await db.connect();
  try {
    await db.query(
      `INSERT INTO channels (id, title, owner_id, owner_name, layout, output, node_id, epoch)
       SELECT gen_random_uuid(), 'Channel ' || n, 'host-' || n, 'Host ' || n, ${LAYOUT}, ${OUTPUT},
              CASE WHEN n <= $2 THEN ($3::text[])[1 + n % $4] END, CASE WHEN n <= $5 THEN 2 ELSE 1 END
       FROM generate_series(1, $1) n`,
      [size.channels, size.live, size.nodeIds, size.nodeIds.length, size.coHosted],
    );
    await db.query(
      `CREATE TEMP TABLE shows AS SELECT id AS channel_id, owner_id AS host, node_id, gen_random_uuid() AS session,
         gen_random_uuid() AS conference, gen_random_uuid() AS task, 'guest-of-' || owner_id AS guest,
         row_number() OVER () AS n FROM channels WHERE epoch = 2`,
    );
    await coHost(db);
    await db.query('ANALYZE');
    return await Promise.all(size.nodeIds.map((nodeId) => carriedBy(db, nodeId)));
  } finally {
    await db.end();
  }
}

/** Says, for as long as it lives, that the mixes have a worker. @returns ends it */
export async function attendMixes(url: string): Promise<() => Promise<void>> {
  const db = new Client({ connectionString: url });
  await db.connect();
  await db.query('SELECT pg_advisory_lock($1, $2)', [PRESENCE, WORKER]);
  const seen = () =>
    db.query(
      `INSERT INTO mix_workers VALUES ($1, now()) ON CONFLICT (presence) DO UPDATE SET seen_at = now()`,
      [WORKER],
    );
  await seen();
  const timer = setInterval(() => void seen(), 1000);
  return async () => {
    clearInterval(timer);
    await db.end();
  };
}

async function coHost(db: Client): Promise<void> {
  const seats = `jsonb_build_array(
    jsonb_build_object('userId', host, 'name', host, 'seat', 0, 'audio', true, 'video', true),
    jsonb_build_object('userId', guest, 'name', guest, 'seat', 1, 'audio', true, 'video', true))`;
  await db.query(
    `INSERT INTO conferences (id, number, title, owner_id, purpose, access, state, node_id)
     SELECT conference, (100000000 + n)::text, 'Show', host, 'co-host', 'members', 'open', node_id FROM shows`,
  );
  await db.query(
    `INSERT INTO conference_members (conference_id, user_id, member_id, name, state, sending_audio, sending_video)
     SELECT conference, who, gen_random_uuid(), who, 'connected', true, true FROM shows, unnest(ARRAY[host, guest]) who`,
  );
  await db.query(
    `INSERT INTO mix_tasks (id, channel_id, conference_id, owner_id, mode, reason_type, reason_id, layout, output, seats,
       state, applied_version, attempt, worker, epoch)
     SELECT task, channel_id, conference, host, 'server', 'co-host', session::text, ${LAYOUT}, ${OUTPUT}, ${seats},
       'running', 1, 1, ${WORKER}, 2 FROM shows`,
  );
  await db.query(
    `INSERT INTO co_host_sessions (id, channel_id, conference_id, mix_task_id, host_id, state, layout, output, seat_limit,
       created_at, live_at)
     SELECT session, channel_id, conference, task, host, 'live', ${LAYOUT}, ${OUTPUT}, 9,
       now() - interval '1 hour', now() - interval '1 hour' FROM shows`,
  );
  await db.query(
    `INSERT INTO co_host_members (id, session_id, user_id, name, seat, role, state)
     SELECT gen_random_uuid(), session, who, who, seat - 1, CASE seat WHEN 1 THEN 'host' ELSE 'guest' END, 'on-air'
     FROM shows, unnest(ARRAY[host, guest]) WITH ORDINALITY AS seats (who, seat)`,
  );
}

async function carriedBy(db: Client, nodeId: string): Promise<Carried> {
  const channels = await db.query<{ id: string; epoch: number }>(
    'SELECT id, epoch FROM channels WHERE node_id = $1',
    [nodeId],
  );
  const members = await db.query<ConferenceSnapshot>(
    `SELECT conference_id AS "conferenceId", json_agg(json_build_object('memberId', member_id, 'userId', user_id,
       'connected', true, 'audio', true, 'video', true, 'permissions', permissions_version)) AS members
     FROM conference_members WHERE conference_id IN (SELECT id FROM conferences WHERE node_id = $1) GROUP BY 1`,
    [nodeId],
  );
  return { channels: channels.rows.map(({ id, epoch }) => onAir(id, epoch)), conferences: members.rows };
}

function onAir(channelId: string, epoch: number): ChannelSnapshot {
  const source = epoch === 2 ? 'mix' : 'host';
  const video = { width: 1280, height: 720, fps: 25 };
  const publishers = [{ role: source, epoch, active: true } as const];
  return { channelId, source, epoch, publishers, viewers: 20, video, settings: '', relay: null };
}
