import type { Layout } from '../../contracts';
import type { WantedImages } from '../../live';
import type { MixSeat } from '../../media/contract';
import { setLogLevel } from '../../platform/common';
import { PictureFeed } from './picture-feed';

// The database is away on purpose.
setLogLevel('silent');

const layout = (set: Partial<Layout> = {}): Layout => ({
  kind: 'grid',
  fit: 'crop',
  background: '#000000',
  ...set,
});
const seats = (...avatars: (string | undefined)[]) => avatars.map((avatar) => ({ avatar }) as MixSeat);
const mark = (image: string) => ({ image, x: 0, y: 0, width: 0.1, opacity: 1 });

let stored: Record<string, string>;
let asked: WantedImages[];
let sent: string[];
let away: boolean;
let feed: PictureFeed;
beforeEach(() => {
  [stored, asked, sent, away] = [{ back: 'B', mark: 'M', face: 'F' }, [], [], false];
  const bytesOf = (wanted: WantedImages) => {
    asked.push(wanted);
    if (away) return Promise.reject(new Error('away'));
    const ids = [...wanted.images, ...wanted.avatars].filter((id) => id in stored);
    return Promise.resolve(new Map(ids.map((id) => [id, Buffer.from(stored[id]!)])));
  };
  feed = new PictureFeed({
    ...{ channelId: 'c', images: { bytesOf } },
    send: (id, file) => sent.push(`${id} ${file.toString()}`),
  });
});

it('sends what a spec names, once, and again when one in between didn’t name it', async () => {
  const all = {
    layout: layout({ backgroundImage: 'back', watermark: mark('mark') }),
    seats: seats('face', undefined),
  };
  await feed.before(all);
  expect(asked).toEqual([{ channelId: 'c', images: ['back', 'mark'], avatars: ['face'] }]);
  expect(sent).toEqual(['back B', 'mark M', 'face F']);
  await feed.before(all);
  await feed.before({ ...all, layout: layout({ backgroundImage: 'back' }) });
  expect(sent).toHaveLength(3);
  await feed.before(all);
  expect(sent.slice(3)).toEqual(['mark M']);
});

it('asks for nothing where no picture is named', async () => {
  await feed.before({ layout: layout(), seats: seats(undefined) });
  expect(asked).toEqual([]);
});

it('goes on without what isn’t there or can’t be read, and looks for it with the next spec', async () => {
  const spec = { layout: layout({ backgroundImage: 'back' }), seats: seats('gone') };
  away = true;
  await feed.before(spec);
  away = false;
  await feed.before(spec);
  expect(sent).toEqual(['back B']);
  stored['gone'] = 'G';
  await feed.before(spec);
  expect(sent).toEqual(['back B', 'gone G']);
});
