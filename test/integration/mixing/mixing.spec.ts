import { randomUUID } from 'node:crypto';
import type { ListView, MixTaskView, ProblemDetails } from '../../../src/contracts';
import { ConferenceFacade } from '../../../src/conference';
import { AvatarChanged } from '../../../src/live';
import { MixingWorkerModule } from '../../../src/mixing';
import { prepareDatabase, type TestDatabase } from '../../support/database/test-database';
import { fakeNode } from '../../support/fakes/fake-nodes';
import { isAlive, layout, MixingFixture, output, seats } from '../../support/fixtures/mixing-fixture';
import { until } from '../../support/waiting/until';

describe('mixing', () => {
  let database: TestDatabase;
  let mixing: MixingFixture;

  beforeAll(async () => {
    database = await prepareDatabase();
    mixing = new MixingFixture(database);
  });
  afterAll(() => database.drop());
  beforeEach(() => {
    mixing.changes = [];
  });

  describe('with a worker in the process', () => {
    beforeAll(() => mixing.start(MixingWorkerModule));
    afterAll(() => mixing.api.stop());

    it('runs a task and stops it, leaving no process', async () => {
      const task = await mixing.begin();
      expect(task).toMatchObject({ state: 'queued', mode: 'server', version: 1, attempt: 0, epoch: null });
      const pid = await mixing.running(task.id);
      expect(await mixing.read(task.id)).toMatchObject({ attempt: 1, error: null, epoch: mixing.live.epoch });
      await mixing.facade.stop(task.id);
      await mixing.inState(task.id, 'stopped');
      expect(isAlive(pid)).toBe(false);
      await mixing.facade.stop(task.id);
      await until(() => mixing.statesOf(task.id).includes('stopped'));
      expect(mixing.statesOf(task.id)).toEqual(expect.arrayContaining(['queued', 'running', 'stopped']));
    });

    it('applies a new version without another attempt, and tells it', async () => {
      const task = await mixing.begin();
      const pid = await mixing.running(task.id);
      const changed = await mixing.facade.update(task.id, { layout: { ...layout, kind: 'floating' } });
      expect(changed).toMatchObject({ version: 2, layout: { kind: 'floating' }, seats });
      await until(async () => (await mixing.read(task.id)).appliedVersion === 2);
      expect(await mixing.running(task.id)).toBe(pid);
      expect(await mixing.read(task.id)).toMatchObject({ attempt: 1 });
      // Nothing different, no new version.
      expect(await mixing.facade.update(task.id, { seats })).toMatchObject({ version: 2 });
      await until(() => mixing.changes.some((t) => t.id === task.id && t.appliedVersion === 2));
      await mixing.facade.stop(task.id);
      await mixing.inState(task.id, 'stopped');
      expect(await mixing.facade.update(task.id, { seats: [] })).toMatchObject({
        version: 2,
        state: 'stopped',
      });
    });

    it('hands its mixer the pictures that are named, before they are, and another avatar as soon as there is one', async () => {
      const task = await mixing.begin();
      const pid = await mixing.running(task.id);
      const named = async () => (await mixing.read(task.id)).statistics?.keyframeRequests;
      expect(await named()).toBe(0);
      await mixing.facade.update(task.id, { layout: { ...layout, backgroundImage: randomUUID() } });
      await until(async () => (await named()) === 1);
      mixing.live.avatars.set('host', randomUUID());
      mixing.api.bus.publish(new AvatarChanged('host'));
      // The background, again, and the avatar.
      await until(async () => (await named()) === 3);
      expect(await mixing.read(task.id)).toMatchObject({ version: 3, attempt: 1 });
      mixing.api.bus.publish(new AvatarChanged('somebody else'));
      mixing.live.avatars.clear();
      mixing.api.bus.publish(new AvatarChanged('host'));
      await until(async () => (await named()) === 4);
      expect(await mixing.read(task.id)).toMatchObject({ version: 4 });
      expect(await mixing.running(task.id)).toBe(pid);
      await mixing.end(task.id);
    });

    it('takes another output without another attempt', async () => {
      const task = await mixing.begin();
      const pid = await mixing.running(task.id);
      const small = { ...output, width: 320, height: 240, fps: 10 };
      const changed = await mixing.facade.update(task.id, { output: small });
      expect(changed).toMatchObject({ version: 2, output: small, layout, seats });
      await until(async () => (await mixing.read(task.id)).appliedVersion === 2);
      expect(await mixing.running(task.id)).toBe(pid);
      const { body } = await mixing.api.as<MixTaskView>('host', 'GET', `mix-tasks/${task.id}`);
      expect(body).toMatchObject({ output: small, version: 2, appliedVersion: 2 });
      await mixing.facade.stop(task.id);
      await mixing.inState(task.id, 'stopped');
    });

    it('goes to another conference without another attempt', async () => {
      const task = await mixing.begin();
      const pid = await mixing.running(task.id);
      const other = await mixing.api.get(ConferenceFacade).create({
        ...{ title: 'another', ownerId: 'rival', ownerName: 'Rival' },
        ...{ access: 'members', admitted: [] },
      });
      const changed = await mixing.facade.update(task.id, { conferenceId: other.id });
      expect(changed).toMatchObject({ version: 2, conferenceId: other.id, layout, seats });
      await until(async () => (await mixing.read(task.id)).appliedVersion === 2);
      expect(await mixing.running(task.id)).toBe(pid);
      await mixing.facade.stop(task.id);
      await mixing.inState(task.id, 'stopped');
    });

    it('goes on with another attempt of the same task, under the same epoch, when the mixer is killed', async () => {
      const task = await mixing.begin();
      const pid = await mixing.running(task.id);
      const { epoch } = await mixing.read(task.id);
      process.kill(pid, 'SIGKILL');
      const next = await mixing.running(task.id, 2);
      expect(next).not.toBe(pid);
      expect(await mixing.read(task.id)).toMatchObject({ attempt: 2, epoch, error: null });
      await until(() => mixing.changes.some((t) => t.state === 'retrying' && t.error === 'crashed'));
      await mixing.facade.stop(task.id);
      await mixing.inState(task.id, 'stopped');
    });

    it('ends a mixer whose task another worker has, and lets no running task go without a job', async () => {
      const task = await mixing.begin();
      const pid = await mixing.running(task.id);
      await mixing.api.sql('UPDATE mix_tasks SET attempt = attempt + 1 WHERE id = $1', [task.id]);
      await until(() => !isAlive(pid));
      // Nobody has it in truth.
      await mixing.running(task.id, 3);
      await mixing.facade.stop(task.id);
      await mixing.inState(task.id, 'stopped');
    });

    it('goes on telling changes when the notifications were lost', async () => {
      const lasting = `application_name = 'lianmai-lasting' AND datname = current_database()`;
      const pids = async () => {
        const rows = await mixing.api.sql<{ pid: number }[]>(
          `SELECT pid FROM pg_stat_activity WHERE ${lasting}`,
        );
        return rows.map(({ pid }) => pid);
      };
      const before = await pids();
      const task = await mixing.begin();
      await mixing.running(task.id);
      await mixing.api.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${lasting}`);
      await until(async () => (await pids()).every((pid) => !before.includes(pid)));
      await mixing.facade.update(task.id, { layout: { ...layout, kind: 'speaker' } });
      await until(() =>
        mixing.changes.some((t) => t.id === task.id && t.version === 2 && t.appliedVersion === 2),
      );
      await until(async () => (await pids()).length === before.length);
      await mixing.facade.stop(task.id);
      await until(() => mixing.statesOf(task.id).includes('stopped'));
    });

    it('fails at once where another attempt would be refused too', async () => {
      const task = await mixing.begin('#refuse');
      expect(await mixing.inState(task.id, 'failed')).toMatchObject({ error: 'refused', attempt: 1 });
    });

    it('tries again when media is lost, and can be stopped meanwhile', async () => {
      const task = await mixing.begin('#egress');
      await until(async () => (await mixing.read(task.id)).attempt >= 3);
      expect(await mixing.read(task.id)).toMatchObject({ state: 'retrying', error: 'egress_lost' });
      await mixing.facade.stop(task.id);
      await mixing.inState(task.id, 'stopped');
    });

    it('waits for a media node, and fails when the conference has ended', async () => {
      mixing.nodes.alive = [];
      const task = await mixing.begin();
      await until(() => mixing.changes.some((t) => t.id === task.id && t.error === 'media_unavailable'));
      await mixing.api.get(ConferenceFacade).end(task.conferenceId);
      mixing.nodes.alive = [fakeNode('node-a')];
      expect(await mixing.inState(task.id, 'failed')).toMatchObject({ error: 'conference_ended' });
    });

    it('replaces a mixer that hangs', async () => {
      const task = await mixing.begin();
      const pid = await mixing.running(task.id);
      process.kill(pid, 'SIGSTOP');
      const next = await mixing.running(task.id, 2);
      expect(next).not.toBe(pid);
      expect(isAlive(pid)).toBe(false);
      expect(mixing.changes.some((t) => t.id === task.id && t.error === 'unresponsive')).toBe(true);
      await mixing.facade.stop(task.id);
      await mixing.inState(task.id, 'stopped');
    });

    it('takes a mixer that crashes again and again for a failure only after a while', async () => {
      const task = await mixing.begin('#dead00');
      await until(async () => (await mixing.read(task.id)).attempt >= 3);
      expect(await mixing.read(task.id)).toMatchObject({ state: 'retrying', error: 'crashed' });
      await mixing.facade.update(task.id, { layout });
      await mixing.running(task.id);
      await mixing.facade.stop(task.id);
      await mixing.inState(task.id, 'stopped');
    });

    it('kills a mixer that does not stop', async () => {
      const task = await mixing.begin('#deaf00');
      const pid = await mixing.running(task.id);
      await mixing.facade.stop(task.id);
      await mixing.inState(task.id, 'stopped');
      expect(isAlive(pid)).toBe(false);
    });

    it('runs one task per channel', async () => {
      const task = await mixing.begin();
      await mixing.running(task.id);
      const second = { ...task, reason: task.reason };
      await expect(mixing.facade.start(second)).rejects.toMatchObject({ code: 'mix_running' });
      await mixing.facade.stop(task.id);
      await mixing.inState(task.id, 'stopped');
    });

    it('takes no part in client mixing but to hand out the address', async () => {
      const task = await mixing.begin(layout.background, 'client');
      expect(task).toMatchObject({ state: 'running', mode: 'client', attempt: 0 });
      const { url: address } = await mixing.facade.pushAddress(task.id);
      expect(address).toBe(`rtmp://hub.example/live/${task.channelId}?epoch=${mixing.live.epoch}`);
      expect((await mixing.facade.pushAddress(task.id)).url).toBe(address);
      await mixing.facade.stop(task.id);
      expect(await mixing.read(task.id)).toMatchObject({ state: 'stopped' });
    });

    it('shows tasks to the owner of the channel and to admins', async () => {
      const task = await mixing.begin();
      await mixing.running(task.id);
      const path = `mix-tasks/${task.id}`;
      const shown = await mixing.api.as<MixTaskView>('host', 'GET', path);
      expect(shown.body).toMatchObject({ id: task.id, state: 'running', statistics: { inputs: 1 } });
      expect(await mixing.api.as<ProblemDetails>('other', 'GET', path)).toMatchObject({
        status: 403,
        body: { code: 'not_allowed' },
      });
      const list = (who: string) => mixing.api.as<ListView<MixTaskView>>(who, 'GET', 'mix-tasks');
      expect((await list('host')).body.items[0]?.id).toBe(task.id);
      expect((await list('admin')).body.items[0]?.id).toBe(task.id);
      expect((await list('other')).body.items).toEqual([]);

      const patch = (body: unknown) => mixing.api.as<MixTaskView>('host', 'PATCH', path, body);
      expect(await patch({ layout: { ...layout, kind: 'pyramid' } })).toMatchObject({ status: 400 });
      expect(await patch({})).toMatchObject({ status: 400 });
      expect((await patch({ layout: { ...layout, kind: 'speaker' } })).body).toMatchObject({ version: 2 });
      await mixing.facade.stop(task.id);
      await mixing.inState(task.id, 'stopped');
      expect(await patch({ layout })).toMatchObject({ status: 409 });
    });
  });
});
