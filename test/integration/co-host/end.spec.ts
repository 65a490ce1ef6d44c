import { CoHostSession } from '../../../src/co-host/session/session.entity';
import { ConferenceEnded } from '../../../src/conference';
import { CoHostSessionFixture, inState } from '../../support/fixtures/co-host-session-fixture';

let coHost: CoHostSessionFixture;
beforeAll(async () => {
  coHost = await CoHostSessionFixture.start();
}, 60_000);
afterAll(() => coHost.stop());
beforeEach(() => coHost.nextTest());

describe('the end', () => {
  it('waits for the push of the host, then takes the mix away', async () => {
    const session = await coHost.goLive('gina');
    expect((await coHost.as('host', 'DELETE', coHost.path())).status).toBe(204);
    await coHost.told(session, inState('ending'));
    await coHost.rooms.im.signal('user:host', 'live:resume-push', (p) => p.channelId === coHost.channelId);
    expect(coHost.hub()).toEqual([`returnToHost ${coHost.channelId}`]);
    expect(coHost.rooms.mixing.calls).not.toContain(`stop ${session.mixTaskId}`);
    expect((await coHost.as('host', 'DELETE', coHost.path())).status).toBe(204);

    coHost.source('host', 3);
    const ended = await coHost.told(session, inState('ended'));
    expect(ended).toMatchObject({ reason: 'ended_by_host', members: [{ state: 'left' }, { state: 'left' }] });
    expect(ended.endedAt).not.toBeNull();
    await coHost.rooms.im.signal(
      'user:gina',
      'co-host:removed',
      (r) => r.sessionId === session.id && r.reason === 'ended_by_host',
    );
    expect(coHost.rooms.im.of('user:host', 'co-host:removed')).toEqual([]);
    await coHost.undone(session);
    expect((await coHost.as('host', 'GET', coHost.path())).status).toBe(204);
  });

  it('does not wait for ever: the mix stops first, the host may push later', async () => {
    await coHost.restart({ RESUME_TIMEOUT_MS: 400 });
    const session = await coHost.goLive('gina');
    await coHost.as('host', 'DELETE', coHost.path());
    await coHost.told(session, inState('ended'));
    await coHost.undone(session);
    expect(coHost.rooms.live.channels.get(coHost.channelId)!.source).toBe('mix');
    await coHost.restart();
  });

  it('is not forgotten over a restart', async () => {
    const session = await coHost.goLive('gina');
    await coHost.as('host', 'DELETE', coHost.path());
    await coHost.restart({}, () => (coHost.rooms.live.channels.get(coHost.channelId)!.source = 'host'));
    await coHost.told(session, inState('ended'));
    await coHost.undone(session);
  });

  it('is at once for a session that never was on the air', async () => {
    const session = await coHost.seat('gina');
    await coHost.as('admin', 'DELETE', coHost.path());
    expect(await coHost.told(session, inState('ended'))).toMatchObject({ reason: 'ended_by_admin' });
    await coHost.undone(session);
    // The host's push was on the air all the time.
    expect(coHost.toHost('live:resume-push')).toEqual([]);
    const next = await coHost.seat('gina');
    expect(next.id).not.toBe(session.id);
  });

  it.each([
    ['the host has left', ['host'], 'host_left'],
    ['nobody is left', ['gina', 'host'], 'everyone_left'],
  ])('comes when %s', async (_, leavers, reason) => {
    const session = await coHost.goLive('gina');
    for (const userId of leavers) {
      coHost.inCall(session, userId, 'left');
      await coHost.told(session, (s) => s.members.some((m) => m.userId === userId && m.state === 'left'));
    }
    expect(await coHost.told(session, inState('ending'))).toMatchObject({ reason });
    coHost.source('host', 3);
    await coHost.told(session, inState('ended'));
    await coHost.undone(session);
  });

  it('comes when the conference was ended', async () => {
    const session = await coHost.goLive('gina');
    coHost.app.bus.publish(new ConferenceEnded(session.conferenceId));
    expect(await coHost.told(session, inState('ending'))).toMatchObject({ reason: 'conference_ended' });
  });

  it('leaves the mix of a newer session alone', async () => {
    const session = await coHost.goLive('gina');
    await coHost.as('host', 'DELETE', coHost.path());
    coHost.source('host', 3);
    await coHost.told(session, inState('ended'));
    await coHost.undone(session);
    const next = await coHost.goLive('max');
    const before = coHost.hub();
    // As after a crash between the end and the clean-up.
    await coHost.restart({}, () =>
      coHost.rows.manager.update(CoHostSession, { id: session.id }, { cleanedAt: null }),
    );
    await coHost.undoneAtLast(session);
    expect(coHost.hub()).toEqual(before);
    expect((await coHost.as('host', 'GET', coHost.path())).body).toMatchObject({
      id: next.id,
      state: 'live',
    });
  });
});
