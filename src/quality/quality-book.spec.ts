import type { QualityReport } from '../contracts';
import { spreadOf } from './histogram';
import { QualityBook } from './quality-book';

const report = (more: Partial<QualityReport> = {}): QualityReport => ({
  ...{ protocol: 'flv', playedMs: 15_000, stalls: 1, stalledMs: 400, startMs: 300, handOvers: [] },
  ...more,
});
const NOON = Date.UTC(2026, 10, 20, 12);

describe('QualityBook', () => {
  it('has a line for each minute of a channel and for each hand-over', () => {
    const book = new QualityBook();
    book.add('a', report({ handOvers: [{ sourceVersion: 2, gapMs: 40 }] }), NOON);
    book.add('a', report({ protocol: 'hls', handOvers: [{ sourceVersion: 2, gapMs: 900 }] }), NOON + 59_999);
    book.add('a', report(), NOON + 60_000);
    book.add('b', report({ startMs: undefined }), NOON);
    expect(book.size).toBe(4);
    const { minutes, handOvers } = book.take();
    expect(minutes).toMatchObject([
      { channelId: 'a', minuteMs: NOON, reports: 2, playedMs: 30_000, stalls: 2, stalledMs: 800 },
      { channelId: 'a', minuteMs: NOON + 60_000, reports: 1, protocols: { flv: 1 } },
      { channelId: 'b', minuteMs: NOON, reports: 1 },
    ]);
    expect(minutes[0]?.protocols).toEqual({ flv: 1, hls: 1 });
    expect(minutes.map(({ start }) => start.max)).toEqual([300, 300, 0]);
    expect(handOvers).toMatchObject([{ channelId: 'a', sourceVersion: 2, gaps: { max: 900 } }]);
    expect(spreadOf(handOvers[0]!.gaps)?.count).toBe(2);
    expect(book.size).toBe(0);
  });

  it('takes back what could not be written down', () => {
    const [one, whole] = [new QualityBook(), new QualityBook()];
    const handOvers = [{ sourceVersion: 1, gapMs: 70 }];
    one.add('a', report({ handOvers }), NOON);
    const page = one.take();
    one.add('a', report({ startMs: 900 }), NOON);
    one.putBack(page);
    whole.add('a', report({ startMs: 900 }), NOON);
    whole.add('a', report({ handOvers }), NOON);
    expect(one.take()).toEqual(whole.take());
  });

  it('has so many lines and no more; those it has go on', () => {
    const book = new QualityBook(3);
    for (const channelId of ['a', 'b', 'c', 'd', 'e', 'a']) {
      book.add(channelId, report({ handOvers: [{ sourceVersion: 1, gapMs: 0 }] }), NOON);
    }
    expect([book.size, book.dropped]).toEqual([6, 4]);
    expect(book.take().minutes.map(({ reports }) => reports)).toEqual([2, 1, 1]);
  });
});
