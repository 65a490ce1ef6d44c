import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { EncoderKind, MixReport } from '../../../src/media/contract';
import { BLUE, member, MixFixture, RED, running, seat } from '../../support/fixtures/mix-fixture';
import { probeFlv } from '../../support/media/flv-probe';

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

  it('tells which encoder works, and mixes by x264 where the one that it is told to use does not', async () => {
    await egress.join(member('host', 'red', 440));
    await message((report) => report.type === 'state' && report.state === 'ready');
    child.send({ type: 'probe', kinds: ['nvenc', 'vaapi', 'x264'] });
    await message(({ type }) => type === 'probed');
    const probed = fixture.reports.find((report) => report.type === 'probed')!;
    expect(['nvenc', 'vaapi', 'x264']).toContain(probed.kind);
    // What a machine has is its own; the one that works is told last, with what is wrong with those before it.
    const before = ['nvenc', 'vaapi', 'x264'].slice(0, ['nvenc', 'vaapi', 'x264'].indexOf(probed.kind!));
    expect(Object.keys(probed.failures)).toEqual(before);
    const missing = (before[0] ?? 'x264') as EncoderKind;
    child.send({ type: 'apply', spec: { ...spec([seat('host', 0)]), encoder: missing } });
    await message(running);
    const capture = await watch();
    await capture.play(1000);
    capture.stop();
    expect((await probeFlv(capture.bytes)).colorSequence({ red: RED, blue: BLUE })).toEqual(['red']);
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
