import { CoHostMember } from '../../../src/co-host/seats/member.entity';
import { ChannelDeleted } from '../../../src/live';
import { DomainError } from '../../../src/platform/common';
import { CoHostSessionFixture, inState } from '../../support/fixtures/co-host-session-fixture';
import { until } from '../../support/waiting/until';

let coHost: CoHostSessionFixture;
beforeAll(async () => {
  coHost = await CoHostSessionFixture.start();
}, 60_000);
afterAll(() => coHost.stop());
beforeEach(() => coHost.nextTest());

describe('failure', () => {
  it('is when the mix fails: its code is the reason, and everything is undone', async () => {
    const session = await coHost.goLive('gina');
    coHost.source('none');
    coHost.mix(session, { state: 'failed', error: 'refused' });
    expect(await coHost.told(session, inState('failed'))).toMatchObject({ reason: 'refused' });
    await coHost.rooms.im.signal(
      'user:gina',
      'co-host:removed',
      (r) => r.sessionId === session.id && r.reason === 'refused',
    );
    await coHost.rooms.im.signal('user:host', 'live:resume-push', (p) => p.channelId === coHost.channelId);
    await coHost.undone(session);
  });

  it('is when no mix comes on the air in time, also over a restart', async () => {
    const short = { CONNECTING_TIMEOUT_MS: 800 };
    await coHost.restart(short);
    const session = await coHost.seat('gina');
    await coHost.restart(short);
    expect(await coHost.told(session, inState('failed'))).toMatchObject({ reason: 'connecting_timeout' });
    await coHost.undone(session);
    expect(coHost.toHost('live:resume-push')).toEqual([]);
    await coHost.restart();
  });

  it('is not while no mixer has room for the mix, whose time begins when one has', async () => {
    const session = await coHost.seat('gina');
    coHost.mix(session, { error: 'mixers_busy', begunAt: null });
    await coHost.restart({}, () => coHost.longAgo());
    for (const userId of ['host', 'gina']) coHost.inCall(session, userId, 'connected');
    // It is looked at, and what the mix is to show is brought up to date.
    const layout = { ...session.layout, background: '#123456' };
    expect(await coHost.as('host', 'PATCH', coHost.path(), { layout })).toMatchObject({ status: 200 });
    await until(() => coHost.rooms.mixing.calls.includes(`update ${session.mixTaskId}`));
    coHost.mix(session, { state: 'starting', error: null, begunAt: new Date() });
    coHost.mix(session, { state: 'running', epoch: 2 });
    coHost.source('mix');
    expect(await coHost.told(session, (s) => s.state !== 'connecting')).toMatchObject({ state: 'live' });
  });

  it('is when the mix had a mixer for as long, and no picture', async () => {
    const session = await coHost.seat('gina');
    await coHost.restart({}, () => coHost.longAgo());
    coHost.mix(session, { state: 'retrying', error: 'push_lost', begunAt: new Date(Date.now() - 3_600_000) });
    expect(await coHost.told(session, inState('failed'))).toMatchObject({ reason: 'connecting_timeout' });
  });

  it('is not when a guest does not come in time: they give up their seat', async () => {
    const session = await coHost.goLive('gina');
    await coHost.seat('max');
    await coHost.restart({}, () => coHost.longAgo());
    const after = await coHost.told(session, (s) =>
      s.members.some((m) => m.userId === 'max' && m.state === 'left'),
    );
    expect(after).toMatchObject({ state: 'live', members: [{ userId: 'host' }, { userId: 'gina' }, {}] });
    await coHost.rooms.im.signal('user:max', 'co-host:removed', (r) => r.reason === 'connecting_timeout');
    // He is told with the commit, and put out of the call after it.
    await until(() => coHost.rooms.conferences.calls.includes(`expel ${session.conferenceId} max`));
  });

  it('is not when the host does not come: it ends with the last guest', async () => {
    const session = await coHost.seat('gina');
    coHost.inCall(session, 'gina', 'connected');
    coHost.mix(session, { state: 'running', epoch: 2 });
    coHost.source('mix');
    await coHost.told(session, inState('live'));
    coHost.inCall(session, 'gina', 'left');
    await coHost.told(session, (s) => s.members.some((m) => m.userId === 'gina' && m.state === 'left'));
    await coHost.restart({}, () => coHost.longAgo());
    expect(await coHost.told(session, inState('ending'))).toMatchObject({ reason: 'everyone_left' });
    coHost.source('host', 3);
    await coHost.told(session, inState('ended'));
    await coHost.undone(session);
  });

  it('is not when the mix fails of a session that ends anyway', async () => {
    const session = await coHost.goLive('gina');
    await coHost.as('host', 'DELETE', coHost.path());
    coHost.mix(session, { state: 'failed', error: 'egress_lost' });
    expect(await coHost.told(session, inState('ended'))).toMatchObject({ reason: 'ended_by_host' });
    await coHost.undone(session);
  });

  it('is when the channel is deleted', async () => {
    const session = await coHost.goLive('gina');
    coHost.rooms.live.channels.delete(coHost.channelId);
    coHost.app.bus.publish(new ChannelDeleted(coHost.channelId));
    expect(await coHost.told(session, inState('failed'))).toMatchObject({ reason: 'channel_not_found' });
    await coHost.undone(session);
  });

  it('of a step of the clean-up is made up for', async () => {
    const session = await coHost.goLive('gina');
    const end = jest.spyOn(coHost.rooms.conferences, 'end').mockRejectedValueOnce(new Error('for once'));
    coHost.mix(session, { state: 'failed', error: 'internal' });
    await coHost.told(session, inState('failed'));
    const tries = () => end.mock.calls.filter(([id]) => id === session.conferenceId).length;
    await until(() => tries() >= 1);
    await coHost.restart();
    await coHost.undoneAtLast(session);
    expect(tries()).toBe(2);
    end.mockRestore();
  });

  it('of a media node to answer is no end of the clean-up', async () => {
    const session = await coHost.goLive('gina');
    const unanswered = new DomainError('media_unavailable');
    const disconnect = jest.spyOn(coHost.rooms.live, 'disconnectMix').mockRejectedValueOnce(unanswered);
    coHost.mix(session, { state: 'failed', error: 'internal' });
    await until(() => disconnect.mock.calls.length >= 1);
    await coHost.restart();
    await coHost.undoneAtLast(session);
    expect(disconnect.mock.calls).toEqual([[coHost.channelId], [coHost.channelId]]);
    disconnect.mockRestore();
  });
});

describe('what was missed is made up for at the start', () => {
  it('seats follow the conference, and who has no seat is put out of it', async () => {
    const session = await coHost.goLive('gina', 'max');
    await coHost.restart({}, async () => {
      coHost.rooms.conferences.set(session.conferenceId, 'gina', { state: 'left' });
      await coHost.rows.manager.update(
        CoHostMember,
        { sessionId: session.id, userId: 'max' },
        { state: 'left' },
      );
    });
    await until(() => coHost.rooms.conferences.calls.includes(`expel ${session.conferenceId} max`));
    const { body } = await coHost.as('host', 'GET', coHost.path());
    expect(body).toMatchObject({
      state: 'live',
      members: [{ userId: 'host' }, { state: 'left' }, { state: 'left' }],
    });
    await until(() => coHost.seatsOf(session).join() === 'host');
  });

  it('a mix that came on the air', async () => {
    const session = await coHost.seat('gina');
    await coHost.restart({}, () => {
      coHost.rooms.live.channels.get(coHost.channelId)!.source = 'mix';
      coHost.rooms.mixing.set(session.mixTaskId!, { state: 'running' });
    });
    await coHost.told(session, inState('live'));
  });
});
