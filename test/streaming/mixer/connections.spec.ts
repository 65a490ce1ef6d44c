import { once } from 'node:events';
import { GRID, member, MixFixture, RED, running, seat } from '../../support/fixtures/mix-fixture';
import { WatchedMix } from '../../support/media/watched-mix';

let fixture: MixFixture;
let node: MixFixture['node'];
let egress: MixFixture['egress'];
let mix: MixFixture['mix'];
beforeEach(async () => {
  fixture = await MixFixture.start();
  ({ node, egress, mix } = fixture);
});
afterEach(() => fixture.stop());

const spec = (...args: Parameters<MixFixture['spec']>) => fixture.spec(...args);
const watch = () => fixture.watch();
const finish = () => fixture.finish();

describe('connections of a mix', () => {
  const host = [seat('host', 0)];

  it('pushes again when the push is lost, with timestamps that go on', async () => {
    await egress.join(member('host', 'red', 440));
    mix.start(spec(host));
    const capture = await watch();
    await capture.play(700);
    const lost = fixture.reported((report) => report.type === 'state' && report.state === 'retrying');
    node.hub.disconnect('room', 'mix');
    await lost;
    await capture.play(1000);
    const { reconnects } = await finish();
    expect(reconnects).toBeGreaterThanOrEqual(1);
    expect(fixture.reports.filter(running)).toHaveLength(2);
    expect(capture.closedByServer).toBe(false);
    expect(capture.figures().backwardTimestamps).toBe(0);
  });

  it('ends when the live system refuses it', async () => {
    await egress.join(member('host', 'red', 440));
    mix.start({ ...spec(host), target: `rtmp://127.0.0.1:${node.rtmpPort}/live/room?token=wrong` });
    await fixture.reported((report) => report.type === 'ended' && report.code === 'refused');
  });

  it('subscribes again when the egress is cut, and the picture comes back', async () => {
    await egress.join(member('host', 'red', 440));
    mix.start(spec(host));
    const capture = await watch();
    await capture.play(500);
    const again = once(egress, 'subscribed');
    egress.dropConnection();
    await again;
    await capture.play(3500);
    const atEnd = capture.last!.dtsMs;
    await finish();
    expect(egress.subscriptions).toBe(2);
    // The node forgets with the connection.
    expect(egress.wanted).toEqual([{ host: 360 }, { host: 360 }]);
    expect(fixture.reports.filter(running)).toHaveLength(1);
    const watched = await WatchedMix.decode(capture);
    watched.expectTiles(atEnd - 200, host, GRID, [RED]);
    watched.expectTones(atEnd - 700, atEnd, [440], []);
  });

  it('ends when the egress no longer takes its token', async () => {
    egress.token = 'another';
    mix.start(spec(host));
    const ended = await fixture.reported((report) => report.type === 'ended');
    expect(ended).toMatchObject({ code: 'egress_lost', detail: 'token_invalid' });
  });
});
