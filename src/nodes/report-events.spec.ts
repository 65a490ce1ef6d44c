import type { NodeEvent } from '../media/contract';
import { MediaChannelChanged, MediaMemberChanged } from './nodes.events';
import { newsOf, toDomainEvent } from './report-events';

const member = (memberId: string): NodeEvent => ({
  type: 'member',
  conferenceId: 'k',
  memberId,
  userId: 'ann',
  connected: true,
  audio: true,
  video: false,
  permissions: 1,
});
const events = [1, 2, 3].map((seq) => ({ seq, event: member(`m${seq}`) }));
const row = { bootId: 'a', reportSeq: 5 };

describe('what is new in a report', () => {
  it('is each event once, however often it is resent', () => {
    expect(newsOf({ ...row, lastSeq: 2 }, { bootId: 'a', seq: 6, events })).toEqual({
      restarted: false,
      known: true,
      events: [member('m3')],
      lastSeq: 3,
    });
    expect(newsOf({ ...row, lastSeq: 3 }, { bootId: 'a', seq: 6, events })).toMatchObject({
      events: [],
      lastSeq: 3,
    });
  });

  it('is everything of another boot, whose numbers start anew', () => {
    const news = newsOf({ ...row, lastSeq: 7 }, { bootId: 'b', seq: 1, events });
    expect(news).toMatchObject({ restarted: true, known: true, lastSeq: 3 });
    expect(news?.events).toHaveLength(3);
    const quiet = newsOf({ ...row, lastSeq: 7 }, { bootId: 'b', seq: 1, events: [] });
    expect(quiet).toMatchObject({ restarted: true, lastSeq: 0 });
  });

  it('is nothing of a report that is older than one that was taken, and that one itself', () => {
    expect(newsOf({ ...row, lastSeq: 0 }, { bootId: 'a', seq: 5, events })).toBeNull();
    expect(newsOf({ ...row, lastSeq: 0 }, { bootId: 'a', seq: 4, events })).toBeNull();
  });

  it('tells a node’s first start from a restart', () => {
    const news = newsOf({ bootId: '', lastSeq: 0, reportSeq: 0 }, { bootId: 'a', seq: 1, events });
    expect(news).toMatchObject({ restarted: true, known: false });
  });
});

describe('toDomainEvent', () => {
  it('keeps what the node said', () => {
    expect(toDomainEvent('n1', 7, member('m1'))).toEqual(
      new MediaMemberChanged('n1', 7, 'k', 'm1', 'ann', true, true, false, 1),
    );
    const snapshot = {
      channelId: 'c',
      source: 'host' as const,
      epoch: 2,
      publishers: [],
      viewers: 1,
      video: null,
      settings: 's',
      relay: null,
    };
    expect(toDomainEvent('n1', 7, { type: 'channel', ...snapshot })).toEqual(
      new MediaChannelChanged('n1', 7, snapshot),
    );
  });
});
