import { ConferenceEnded } from '../../../src/conference';
import { HostPublishChanged } from '../../../src/live';
import { CoHostSessionFixture, inState } from '../../support/fixtures/co-host-session-fixture';
import { until } from '../../support/waiting/until';

let coHost: CoHostSessionFixture;
beforeAll(async () => {
  coHost = await CoHostSessionFixture.start();
}, 60_000);
afterAll(() => coHost.stop());
beforeEach(() => coHost.nextTest());

describe('a running session', () => {
  it('is live when viewers see its mix, and tells the host to stop their push', async () => {
    const session = await coHost.seat('gina');
    for (const userId of ['host', 'gina']) coHost.inCall(session, userId, 'connected');
    await coHost.told(session, (s) => s.members.every((m) => m.state === 'on-air'));
    // What an earlier session has left at the hub is not this one's mix.
    coHost.mix(session, { state: 'starting', epoch: 3 });
    coHost.source('mix', 2);
    coHost.source('mix', 3);
    await coHost.told(session, inState('live'));
    await coHost.rooms.im.signal('user:host', 'live:stop-push', (p) => p.channelId === coHost.channelId);
    expect(coHost.toHost('live:stop-push')).toHaveLength(1);
  });

  it('tells the host again when their encoder comes back', async () => {
    await coHost.goLive('gina');
    coHost.app.bus.publish(new HostPublishChanged(coHost.channelId, true));
    await until(() => coHost.toHost('live:stop-push').length === 2);
  });

  it('gives a guest a tile when they are in the call, and takes it when they have left', async () => {
    const session = await coHost.goLive('gina');
    await coHost.seat('max');
    expect(coHost.seatsOf(session)).toEqual(['host', 'gina']);
    coHost.inCall(session, 'max', 'connected');
    await coHost.told(session, (s) => s.members[2]?.state === 'on-air');
    await until(() => coHost.seatsOf(session).length === 3);
    coHost.inCall(session, 'gina', 'joined');
    coHost.inCall(session, 'gina', 'left');
    const after = await coHost.told(session, (s) => s.members.some((m) => m.state === 'left'));
    expect(after).toMatchObject({
      state: 'live',
      members: [{ seat: 0 }, { userId: 'max' }, { state: 'left' }],
    });
    await until(() => coHost.seatsOf(session).join() === 'host,max');
    await coHost.rooms.im.signal(
      'user:gina',
      'co-host:removed',
      (r) => r.sessionId === session.id && r.reason === 'left',
    );
    await until(() => coHost.rooms.conferences.calls.includes(`expel ${session.conferenceId} gina`));
  });

  it('goes on with the host alone, and seats a guest who comes again', async () => {
    const session = await coHost.goLive('gina');
    expect((await coHost.as('host', 'DELETE', coHost.path('/members/gina'))).status).toBe(204);
    await coHost.rooms.im.signal(
      'user:gina',
      'co-host:removed',
      (r) => r.sessionId === session.id && r.reason === 'removed_by_host',
    );
    expect(coHost.rooms.conferences.calls).toContain(`expel ${session.conferenceId} gina`);
    expect(coHost.seatsOf(session)).toEqual(['host']);
    expect((await coHost.as('host', 'GET', coHost.path())).body).toMatchObject({ state: 'live' });
    const again = await coHost.seat('gina');
    expect(again.id).toBe(session.id);
    expect(again.members[1]).toMatchObject({ userId: 'gina', seat: 1, state: 'invited' });
    expect(coHost.rooms.conferences.calls).toContain(`admit ${session.conferenceId} gina`);
  });

  it('keeps a guest who is accepted again before they were put out', async () => {
    const session = await coHost.goLive('gina');
    const { conferences } = coHost.rooms;
    conferences.beforeExpel = () => coHost.seat('gina');
    expect((await coHost.as('host', 'DELETE', coHost.path('/members/gina'))).status).toBe(204);
    expect(conferences.calls).toContain(`expel ${session.conferenceId} gina`);
    expect(await conferences.members(session.conferenceId)).toContainEqual(
      expect.objectContaining({ userId: 'gina', state: 'invited', admission: 2 }),
    );
    coHost.inCall(session, 'gina', 'connected');
    await coHost.told(session, (s) => s.members.some((m) => m.userId === 'gina' && m.state === 'on-air'));
  });

  it('mutes in the call and in the mix, wherever it is done', async () => {
    const session = await coHost.goLive('gina');
    const { body } = await coHost.as('gina', 'PATCH', coHost.path('/members/gina'), { video: false });
    expect(body).toMatchObject({ members: [{ video: true }, { audio: true, video: false }] });
    expect(coHost.rooms.conferences.calls).toContain(
      `permissions ${session.conferenceId} gina {"video":false} by self`,
    );
    expect(coHost.rooms.mixing.tasks.get(session.mixTaskId!)!.seats[1]).toMatchObject({
      audio: true,
      video: false,
    });
    coHost.rooms.conferences.set(session.conferenceId, 'gina', { audio: false });
    coHost.inCall(session, 'gina', 'connected');
    await until(() => coHost.rooms.mixing.tasks.get(session.mixTaskId!)!.seats[1]!.audio === false);
  });

  it('changes the layout of the mix that runs', async () => {
    const session = await coHost.goLive('gina');
    const layout = { kind: 'floating', fit: 'fit', background: '#102030' };
    expect((await coHost.as('host', 'PATCH', coHost.path(), { layout })).body).toMatchObject({
      state: 'live',
      layout,
    });
    expect(coHost.rooms.mixing.tasks.get(session.mixTaskId!)!.layout).toEqual(layout);
    expect(coHost.tasks()).toHaveLength(1);
  });
});

describe('the output of the mix that runs', () => {
  const small = { width: 320, height: 240, fps: 10, gop: 20, videoBitrate: 400_000, audioBitrate: 64_000 };

  it('is what the mix began with, and changes with everything else as it is', async () => {
    const session = await coHost.goLive('gina');
    const task = () => coHost.rooms.mixing.tasks.get(session.mixTaskId!)!;
    const { layout, seats, output, version } = task();
    expect(session.output).toEqual(output);
    const { body } = await coHost.as('host', 'PATCH', coHost.path(), { output: small });
    expect(body).toMatchObject({ state: 'live', output: small, layout, mixTaskId: session.mixTaskId });
    await coHost.told(session, (s) => s.output?.width === 320);
    expect(task()).toMatchObject({ version: version + 1, output: small, layout, seats });
    // Another layout leaves it, and so does another output of the channel, which is for the next session.
    coHost.rooms.live.channels.get(coHost.channelId)!.output = { ...small, width: 640 };
    const floating = { kind: 'floating', fit: 'fit', background: '#102030' };
    await coHost.as('admin', 'PATCH', coHost.path(), { layout: floating });
    expect(task()).toMatchObject({ output: small, layout: floating });
    const calls = coHost.rooms.mixing.calls.length;
    expect((await coHost.as('host', 'PATCH', coHost.path(), {})).body).toMatchObject({ output: small });
    expect(coHost.rooms.mixing.calls).toHaveLength(calls);
    expect(coHost.tasks()).toHaveLength(1);
  });
});

describe('signals', () => {
  it('tell the members of a conference about each other, and the host about the mix', async () => {
    const session = await coHost.seat('gina');
    coHost.inCall(session, 'gina', 'connected');
    const seen = await coHost.rooms.im.signal(
      'user:host',
      'conference:member',
      (p) => p.conferenceId === session.conferenceId,
    );
    expect(seen).toEqual({
      conferenceId: session.conferenceId,
      member: {
        id: expect.any(String) as string,
        userId: 'gina',
        name: 'name of gina',
        state: 'connected',
        audio: true,
        video: true,
        audioMutedByHost: false,
        videoMutedByHost: false,
        gain: 1,
      },
    });
    coHost.mix(session, { state: 'running' });
    const task = await coHost.rooms.im.signal(
      'user:host',
      'mix:task',
      (t) => t.id === session.mixTaskId && t.state === 'running',
    );
    expect(task).toMatchObject({
      id: session.mixTaskId,
      channelId: coHost.channelId,
      mode: 'server',
      statistics: null,
    });
    expect(task).not.toHaveProperty('seats');
    coHost.app.bus.publish(new ConferenceEnded(session.conferenceId));
    const fits = (p: { conferenceId: string }) => p.conferenceId === session.conferenceId;
    await coHost.rooms.im.signal('user:gina', 'conference:ended', fits);
    await coHost.rooms.im.signal('user:host', 'conference:ended', fits);
  });
});
