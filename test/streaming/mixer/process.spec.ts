import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { MixReport } from '../../../src/media/contract';
import { member, MixFixture, running, seat } from '../../support/fixtures/mix-fixture';

let fixture: MixFixture;
let egress: MixFixture['egress'];
beforeEach(async () => {
  fixture = await MixFixture.start();
  ({ egress } = fixture);
});
afterEach(() => fixture.stop());

const spec = (...args: Parameters<MixFixture['spec']>) => fixture.spec(...args);
const watch = () => fixture.watch();

describe('the mix process', () => {
  /** `npm test` builds before it tests. */
  const entry = resolve('dist/src/roles/mix-process.js');
  let child: ChildProcess;

  beforeEach(() => {
    child = fork(entry, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.on('message', (report: MixReport) => fixture.reports.push(report));
  });
  afterEach(() => {
    child.kill('SIGKILL');
  });
  const message = async (predicate: (report: MixReport) => boolean) => {
    while (!fixture.reports.some(predicate)) await once(child, 'message');
  };

  it('mixes by order over IPC and exits with 0 when told to stop; Ctrl-C is not such an order', async () => {
    await egress.join(member('host', 'red', 440));
    await message((report) => report.type === 'state' && report.state === 'ready');
    child.send({ type: 'apply', spec: spec([seat('host', 0)]) });
    await message(running);
    child.kill('SIGINT');
    const capture = await watch();
    await capture.play(500);
    capture.stop();
    const exit = once(child, 'exit');
    child.send({ type: 'stop' });
    expect(await exit).toEqual([0, null]);
    expect(fixture.reports.at(-1)).toMatchObject({ type: 'ended', code: 'stopped' });
  });

  it('ends when its parent is gone', async () => {
    await egress.join(member('host', 'red', 440));
    await message((report) => report.type === 'state' && report.state === 'ready');
    child.send({ type: 'apply', spec: spec([seat('host', 0)]) });
    await message(running);
    const exit = once(child, 'exit');
    child.disconnect();
    await exit;
    expect(child.signalCode).toBeNull();
  });
});
