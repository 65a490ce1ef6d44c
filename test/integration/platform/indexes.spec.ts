/** No request and no timer reads a large table from its first row to its last. */
import { ModulesContainer } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import type { InvitationView, ListView, QualityReport } from '../../../src/contracts';
import { Sweeper } from '../../../src/platform/common';
import { DUTIES, LastingConnection } from '../../../src/platform/database';
import { QualityFlush } from '../../../src/quality/quality-flush';
import { addManyRows } from '../../support/database/many-rows';
import { scannedBy, StatementLog } from '../../support/database/statements';
import { BypassFixture } from '../../support/fixtures/bypass-fixture';
import { until } from '../../support/waiting/until';
import { PkFixture } from '../../support/fixtures/pk-fixture';

const ROWS = 100_000;
/**
 * When a process starts, or has died: everybody present is looked at. How many channels there are: for the overview, which
 * rests for many times as long as the counting took.
 */
const RARE = /NOT instances <@|^SELECT count\(\*\)::int AS n FROM channels WHERE kind = 'host'$/;
jest.setTimeout(120_000);

describe('every statement of requests and timers', () => {
  let fixture: BypassFixture;
  let log: StatementLog;
  beforeAll(async () => {
    fixture = await BypassFixture.start({
      WEBHOOK_ALLOW_PRIVATE: true,
      BYPASS_IDLE_MS: 300,
      RATE_LIMIT_PER_MINUTE: 0,
    });
    log = new StatementLog(tables());
  });
  afterAll(() => fixture.stop());

  const tables = () => fixture.api.get(DataSource).entityMetadatas.map(({ tableName }) => tableName);
  const as = <T = { id: string }>(who: string, method: string, path: string, body?: object) =>
    fixture.as<T>(who, method, path, body).then((reply) => reply.body);

  it(`has an index to go by, with ${ROWS} rows in each table`, async () => {
    await walk();
    const statements = log.stop();
    expect(statements.length).toBeGreaterThan(150);
    const client = new Client({ connectionString: fixture.api.config.DATABASE_URL });
    const all = tables();
    // The rows that come now are nobody's work.
    await fixture.stopApis();
    await client.connect();
    const large = await addManyRows(client, all, ROWS);
    const slow: string[] = [];
    for (const statement of statements) {
      if (RARE.test(statement.text)) continue;
      const scanned = (await scannedBy(client, statement)).filter((table) => large.includes(table));
      if (scanned.length > 0)
        slow.push(`${scanned.join(', ')}: ${statement.text.replace(/\s+/g, ' ').slice(0, 700)}`);
    }
    await client.end();
    expect(slow).toEqual([]);
  });

  /** What people, apps, media nodes and timers do, once each. */
  async function walk(): Promise<void> {
    // What a process asks when it starts, too.
    await fixture.startApi();
    const { channelId, host, viewer, session } = await fixture.begin();
    const { id: hook } = await as('admin', 'POST', 'webhooks', { url: 'http://127.0.0.1:9/' });
    await quality(channelId);
    await lists(channelId, session.conferenceId, hook);
    await moderation(channelId);
    await host.must('room:send', { channelId, text: 'hello' });
    await viewer.must('room:history', { channelId, afterSeq: 0 });
    await viewer.must('room:leave', { channelId });
    const mixTaskId = (await as<{ mixTaskId: string }>('host', 'GET', `channels/${channelId}/co-host`))
      .mixTaskId;
    await as('host', 'GET', `mix-tasks/${mixTaskId}`);
    await as('host', 'PATCH', `channels/${channelId}/co-host`, {
      layout: { kind: 'grid', fit: 'fit', background: '#000000' },
    });
    await as('admin', 'POST', `channels/${channelId}/co-host/mixing-mode`, { mode: 'client' });
    await as('host', 'DELETE', `channels/${channelId}/co-host`);
    await pk();
    await bypass();
    await sweeps();
    await as('host', 'DELETE', `channels/${channelId}`);
  }

  async function lists(channelId: string, conferenceId: string, hook: string): Promise<void> {
    const paths = [
      ...['channels', 'conferences', 'mix-tasks', 'bypass-lives', 'webhooks', 'api-keys', 'nodes', 'audit'],
      ...[
        'audit?action=api-key.created',
        `webhooks/${hook}/deliveries`,
        `webhooks/${hook}/deliveries?state=dead`,
      ],
      ...[
        'co-host/invitations',
        'co-host/queue',
        'pk/invitations',
        'pk',
        'co-host/bans',
        'im/mutes',
        'im/bans',
        'quality',
        'hand-overs',
        'quality?since=2026-01-01T00:00:00Z',
        'hand-overs?since=2026-01-01T00:00:00Z',
      ].map((path) => `channels/${channelId}/${path}`),
      `conferences/${conferenceId}`,
    ];
    for (const path of paths) {
      for (const who of ['admin', 'host', 'gina']) {
        const { nextCursor } = await as<ListView<unknown>>(
          who,
          'GET',
          `${path}${path.includes('?') ? '&' : '?'}limit=1`,
        );
        if (nextCursor)
          await as(who, 'GET', `${path}${path.includes('?') ? '&' : '?'}limit=1&cursor=${nextCursor}`);
      }
    }
    await fixture.api.request('GET', '/metrics', { as: 'admin' });
  }

  /** For two pages: of two minutes, and of two hand-overs, as the host is on the air. */
  async function quality(channelId: string): Promise<void> {
    const handOvers = [{ sourceVersion: 1, gapMs: 40 }];
    const report = { protocol: 'flv', playedMs: 1, stalls: 0, stalledMs: 0, handOvers };
    await as('gina', 'POST', `channels/${channelId}/quality`, report);
    const flush = fixture.api.get(QualityFlush);
    flush.book.add(channelId, report as QualityReport, 0);
    await flush.sweep();
  }

  async function moderation(channelId: string): Promise<void> {
    for (const kind of ['mutes', 'bans']) {
      await as('host', 'POST', `channels/${channelId}/im/${kind}`, { userId: 'zoe', durationMs: 60_000 });
      await as('host', 'DELETE', `channels/${channelId}/im/${kind}/zoe`);
    }
    const { id } = await as('admin', 'POST', 'api-keys', { name: 'k' });
    await as('admin', 'DELETE', `api-keys/${id}`);
    await as('admin', 'POST', 'login-links', { userId: 'u', name: 'U' });
    const once = { as: 'host', headers: { 'idempotency-key': 'k' }, body: { title: 'T' } };
    for (let i = 0; i < 2; i++) await fixture.api.request('POST', '/v1/channels', once);
    await fixture.online('amy', channelId);
    const invitations = `channels/${channelId}/co-host/invitations`;
    const applied = await as<InvitationView>('amy', 'POST', invitations, { kind: 'apply' });
    await as('host', 'POST', `co-host/invitations/${applied.id}/reject`);
    await as('host', 'POST', `channels/${channelId}/co-host/bans`, { userId: 'amy' });
    await as('host', 'DELETE', `channels/${channelId}/co-host/bans/amy`);
    await as('gina', 'PATCH', `channels/${channelId}/co-host/members/gina`, { audio: false });
  }

  async function pk(): Promise<void> {
    const match = await PkFixture.start(fixture);
    const { body } = await match.challenge();
    await match.answer(match.bea, body.id, 'accept');
    await as('admin', 'POST', `channels/${match.ann.channelId}/pk/points`, {
      points: 5,
      eventId: randomUUID(),
    });
    await as(match.ann.hostId, 'DELETE', `channels/${match.ann.channelId}/pk`);
  }

  async function bypass(): Promise<void> {
    const { id } = await fixture.conference('open', 'ann', 'bob');
    await as('vic', 'POST', `conferences/${id}/watch?waitMs=10000`);
    await as('vic', 'GET', `conferences/${id}/watch`);
    await as('ann', 'DELETE', `conferences/${id}/members/ann`);
    await as('owner', 'DELETE', `conferences/${id}`);
  }

  /** A round of every timer, so that none is missed because it rarely comes. */
  async function sweeps(): Promise<void> {
    const modules = [...fixture.api.app.get(ModulesContainer).values()];
    const providers = modules.flatMap((module) =>
      [...module.providers.values()].map(({ instance }) => instance),
    );
    const sweepers = [...new Set(providers)].filter((one): one is Sweeper => one instanceof Sweeper);
    expect(sweepers.length).toBeGreaterThan(5);
    await until(() => fixture.api.get(LastingConnection).hasDuty(DUTIES.retention));
    for (const sweeper of sweepers) await sweeper.sweep();
  }
});
