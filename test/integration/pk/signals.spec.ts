/** Everybody is told each thing once: no signal is a repetition of the one before it of its kind. */
import type { ImClient } from '../../support/app/im-client';
import { ControlPlane } from '../../support/fixtures/control-plane';
import { PkFixture } from '../../support/fixtures/pk-fixture';

jest.setTimeout(90_000);

let control: ControlPlane;
beforeAll(async () => {
  control = await ControlPlane.start({ MEMBER_GRACE_MS: 300, RESUME_TIMEOUT_MS: 3000 });
  // With two API processes each thing is told once all the same.
  await control.startApi({ ROLE: 'api' });
}, 60_000);
afterAll(() => control.stop(), 60_000);

/** By what they are about. */
function repetitions({ signals }: ImClient): string[] {
  const last = new Map<string, string>();
  return signals.flatMap(([name, payload]) => {
    const { id, channelId, conferenceId } = payload as Record<string, string | undefined>;
    const key = [name, id ?? channelId ?? conferenceId].join(' ');
    const text = JSON.stringify(payload);
    const isAgain = last.get(key) === text;
    last.set(key, text);
    return isAgain ? [`${name} ${text.slice(0, 400)}`] : [];
  });
}

it('of a match between two co-hostings, from the first guest to the end', async () => {
  const pk = await PkFixture.start(control);
  const { ann, bea } = pk;
  const viewers = await Promise.all(pk.hosts.map(({ channelId }) => control.online('viewer', channelId)));
  const guests = await Promise.all([
    control.online('gina', ann.channelId),
    control.online('bob', bea.channelId),
  ]);
  await pk.coHost(ann, 'gina');
  await pk.coHost(bea, 'bob');
  const match = await pk.agree(60_000);
  for (const one of pk.hosts) {
    const session = await pk.session(one);
    for (const user of [one.hostId, one === ann ? 'gina' : 'bob'])
      await control.enter(user, session.conferenceId);
  }
  await pk.matchIs('running', match.id);
  await control.api.must(ann.hostId, 'PATCH', `channels/${ann.channelId}/co-host/members/gina`, {
    audio: false,
  });
  await control.api.must('admin', 'POST', `channels/${ann.channelId}/pk/points`, {
    matchId: match.id,
    points: 3,
  });
  await control.api.must(ann.hostId, 'DELETE', `channels/${ann.channelId}/pk`);
  await pk.matchIs('ended', match.id);
  await control.api.must(ann.hostId, 'DELETE', `channels/${ann.channelId}/co-host`);
  await control.sees(ann.client, await pk.session(ann), (s) => s.state !== 'live');
  const everybody = [...pk.hosts.map(({ client }) => client), ...viewers, ...guests];
  const told = everybody.map(({ signals }) => signals.filter(([name]) => name === 'co-host:session').length);
  expect(Math.min(...told)).toBeGreaterThan(3);
  expect(everybody.flatMap(repetitions)).toEqual([]);
});
