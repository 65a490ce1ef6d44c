import { ControlPlane } from '../../support/fixtures/control-plane';
import { PkFixture, type PkHost } from '../../support/fixtures/pk-fixture';
import { until } from '../../support/waiting/until';

jest.setTimeout(60_000);

let control: ControlPlane;
beforeAll(async () => {
  control = await ControlPlane.start({ MIXER_CONCURRENCY: 2, RESUME_TIMEOUT_MS: 300 });
}, 60_000);
afterAll(() => control.stop());

/** Whether the host was told that their mix waits. */
const isWaiting = ({ client }: PkHost): boolean =>
  client.of('mix:task').some(({ error }) => error === 'mixers_busy');

describe('a match', () => {
  it('waits, however long, for a mixer with room, and begins when there is one', async () => {
    const other = await PkFixture.start(control);
    await other.coHost(other.ann, 'gus');
    const pk = await PkFixture.start(control);
    const match = await pk.agree();
    await until(() => pk.hosts.some(isWaiting));
    const waiting = pk.hosts.find(isWaiting)!;
    await pk.goLive(waiting === pk.ann ? pk.bea : pk.ann);
    const hourAgo = `created_at = created_at - interval '1 hour'`;
    await control.sql(`UPDATE pk_matches SET ${hourAgo}`);
    await control.sql(`UPDATE co_host_sessions SET ${hourAgo} WHERE state = 'connecting'`);
    const { conferenceId, mixTaskId } = await pk.session(waiting);
    await control.enter(waiting.hostId, conferenceId);
    // Session and match are looked at, and what the mix is to show is brought up to date.
    const { output } = await control.mix(mixTaskId!);
    const path = `channels/${waiting.channelId}/co-host`;
    await control.as(waiting.hostId, 'PATCH', path, { output: { ...output, fps: 10 } });
    await until(async () => (await control.mix(mixTaskId!)).output.fps === 10);
    await control.as(other.ann.hostId, 'DELETE', `channels/${other.ann.channelId}/co-host`);
    await pk.goLive(waiting);
    await pk.matchIs('running', match.id);
  });
});
