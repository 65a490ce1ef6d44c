import { tmpdir } from 'node:os';
import type { RuntimeConfig } from '../../../src/platform/config';
import { HealthModule } from '../../../src/platform/health';
import { NodesFacade, NodesModule } from '../../../src/nodes';
import { fakeRoom, TestApi } from '../../support/app/test-api';
import { fakeNode, FakeNodes } from '../../support/fakes/fake-nodes';

describe('readiness', () => {
  const nodes = new FakeNodes();
  const realNow = performance.now.bind(performance);
  let aheadMs = 0;
  let api: TestApi;
  const start = async (config: Partial<RuntimeConfig> = {}) => {
    nodes.alive = [fakeNode('node-a')];
    const fakes = [fakeRoom(NodesModule, [NodesFacade], nodes)];
    api = await TestApi.start({ config, rooms: [HealthModule], fakes });
  };
  afterEach(async () => {
    jest.restoreAllMocks();
    await api.stop();
  });

  const ready = async (headers: Record<string, string> = {}) => {
    const { status, body } = await api.request<object>('GET', '/health/ready', { headers });
    return { httpStatus: status, ...body };
  };
  /** For the app so much time has passed. */
  const later = (ms: number) => {
    aheadMs += ms;
    jest.spyOn(performance, 'now').mockImplementation(() => realNow() + aheadMs);
  };

  it('is asked of the database twice a second at most, however many ask', async () => {
    await start();
    const pick = jest.spyOn(nodes, 'pick');
    const clock = jest.spyOn(performance, 'now').mockReturnValue(realNow());
    const answers = await Promise.all(Array.from({ length: 50 }, () => ready()));
    expect(new Set(answers.map(({ httpStatus }) => httpStatus))).toEqual(new Set([200]));
    expect(pick).toHaveBeenCalledTimes(1);
    clock.mockReturnValue(realNow() + 600);
    await ready();
    expect(pick).toHaveBeenCalledTimes(2);
  });

  it('is limited by address, apart from all other requests', async () => {
    await start({ RATE_LIMIT_ADDRESS_PER_MINUTE: 2 });
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    const statuses = [];
    for (let i = 0; i < 3; i++) await api.request('GET', '/v1/me', { headers });
    for (let i = 0; i < 3; i++) statuses.push((await ready(headers)).httpStatus);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('ends while the database takes no writes, and comes back', async () => {
    await start();
    expect(await ready()).toMatchObject({ status: 'ready' });
    await api.sql(`
      CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON write_probes FOR EACH ROW EXECUTE FUNCTION full_disk()`);
    later(6_000);
    const checks = { database: true, writes: false, queue: true, media: true };
    expect(await ready()).toEqual({ httpStatus: 503, status: 'not-ready', checks });
    await api.sql('DROP TRIGGER full_disk ON write_probes');
    later(6_000);
    expect(await ready()).toMatchObject({ httpStatus: 200, status: 'ready' });
  });

  it('ends when the disk of the Postgres that we run is nearly full', async () => {
    await start({ DATABASE_DIR: tmpdir(), MIN_FREE_DISK_MB: 0 });
    expect(await ready()).toMatchObject({ status: 'ready' });
    await api.stop();
    await start({ DATABASE_DIR: tmpdir(), MIN_FREE_DISK_MB: 2 ** 40 });
    expect(await ready()).toMatchObject({ status: 'not-ready', checks: { database: true, writes: false } });
  });
});
