import { createCanvas, loadImage, type SKRSContext2D } from '@napi-rs/canvas';
import type {
  ChannelView,
  ImageView,
  Layout,
  MixPreviewRequest,
  MixPreviewSeat,
} from '../../../src/contracts';
import { colourOfUser } from '../../../src/shared/initials';
import { layoutTiles } from '../../../src/shared/layout';
import { TestApi } from '../../support/app/test-api';
import { pngOf } from '../../support/fixtures/pictures';

const layout: Layout = { kind: 'side-by-side', fit: 'crop', background: '#101418' };
const output = { width: 640, height: 360 };
const ann: MixPreviewSeat = { name: 'Ann', seat: 0, userId: 'ann' };
const guest: MixPreviewSeat = { name: '张小明', seat: 1, userId: 'guest', video: false, audio: false };
const request: MixPreviewRequest = { layout, output, seats: [ann, guest] };

describe('POST /v1/mix-tasks/preview', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await TestApi.start({ config: { ROLE: 'api' } });
  });
  afterAll(() => api.stop());

  const ask = async (body: object, as = 'viewer', headers: Record<string, string> = {}) =>
    fetch(`${api.url}/v1/mix-tasks/preview`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${await api.token(as)}`, 'content-type': 'application/json' },
        ...headers,
      },
      body: JSON.stringify(body),
    });
  const pictureOf = async (response: Response): Promise<SKRSContext2D> => {
    expect({ status: response.status, type: response.headers.get('content-type') }).toEqual({
      ...{ status: 200, type: 'image/png' },
    });
    const image = await loadImage(Buffer.from(await response.arrayBuffer()));
    const context = createCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    return context;
  };
  const preview = async (more: Partial<MixPreviewRequest>) => pictureOf(await ask({ ...request, ...more }));
  const rgb = (picture: SKRSContext2D, x: number, y: number) => [
    ...picture.getImageData(x, y, 1, 1).data.slice(0, 3),
  ];
  /** Within what 8 bits in studio range lose. */
  const expectColour = (seen: number[], hex: string) => {
    const wanted = [1, 3, 5].map((from) => parseInt(hex.slice(from, from + 2), 16));
    const off = Math.max(...wanted.map((value, part) => Math.abs(value - seen[part]!)));
    expect({ hex, seen, close: off <= 4 }).toEqual({ hex, seen, close: true });
  };

  it('is a picture of the canvas: test pictures, and initials where a camera is off', async () => {
    const picture = await preview({});
    expect([picture.canvas.width, picture.canvas.height]).toEqual([640, 360]);
    expectColour(rgb(picture, 160, 180), '#3f7fbf');
    // The round is 160 wide; left of the letters.
    expectColour(rgb(picture, 480 - 72, 180), colourOfUser('guest'));
    expectColour(rgb(picture, 330, 10), '#23272f');
  });

  it.each(['bt601', 'bt709'] as const)('has the colours that were asked for, %s', async (colour) => {
    const border = { width: 0.02, colour: '#d04010' };
    const picture = await preview({ output: { ...output, colour }, layout: { ...layout, border } });
    expectColour(rgb(picture, 2, 180), '#d04010');
    expectColour(rgb(picture, 160, 180), '#3f7fbf');
    expectColour(rgb(picture, 480 - 68, 180), colourOfUser('guest'));
  });

  it('places seats as a mix does, and shows their marks', async () => {
    const custom: Layout = {
      ...{ ...layout, kind: 'custom', background: '#804020', radius: 0.1, muteMarks: true },
      rects: [{ seat: 1, x: 0.5, y: 0.5, width: 0.25, height: 0.5, z: 1, fit: 'crop' }],
    };
    const [tile] = layoutTiles(custom, [{ userId: 'guest', seat: 1 }], output);
    const heard = await preview({ layout: custom, seats: [{ ...guest, audio: true }] });
    const silent = await preview({ layout: custom, seats: [guest] });
    for (const picture of [heard, silent]) {
      expectColour(rgb(picture, tile!.x - 4, tile!.y - 4), '#804020');
      expectColour(rgb(picture, tile!.x + 1, tile!.y + 1), '#804020');
      expectColour(rgb(picture, tile!.x + 80, tile!.y + 20), '#23272f');
    }
    const all = (picture: SKRSContext2D) => Buffer.from(picture.getImageData(0, 0, 640, 360).data);
    expect(all(heard).equals(all(silent))).toBe(false);
  });

  it('shows the images of a channel to its owner, and those that are there', async () => {
    const { id: channelId } = await api.must<ChannelView>('host', 'POST', 'channels', { title: 'Show' });
    const upload = (r: number, g: number, b: number) =>
      api.request<ImageView>('POST', `/v1/channels/${channelId}/images`, {
        ...{ as: 'host', headers: { 'content-type': 'image/png' } },
        body: pngOf({ width: 16, height: 9, at: () => [r, g, b, 255] }),
      });
    const [back, mark] = await Promise.all([upload(0, 96, 64), upload(255, 255, 255)]);
    const watermark = { image: mark.body.id, x: 0, y: 0, width: 0.25, opacity: 1 };
    const shown = { ...layout, backgroundImage: back.body.id, watermark };
    const body = { channelId, layout: shown, output, seats: [] };
    const picture = await pictureOf(await ask(body, 'host'));
    expectColour(rgb(picture, 400, 300), '#006040');
    expectColour(rgb(picture, 20, 20), '#ffffff');
    const elsewhere = await pictureOf(await ask({ ...body, channelId: undefined }, 'host'));
    expectColour(rgb(elsewhere, 400, 300), layout.background);
    await api.must('host', 'DELETE', `channels/${channelId}/images/${back.body.id}`);
    expectColour(rgb(await pictureOf(await ask(body, 'host')), 400, 300), layout.background);

    const refused = await api.as<{ code: string }>('viewer', 'POST', 'mix-tasks/preview', body);
    expect(refused.body.code).toBe('not_allowed');
    const nowhere = { ...body, channelId: '00000000-0000-4000-8000-000000000000' };
    const unknown = await api.as<{ code: string }>('host', 'POST', 'mix-tasks/preview', nowhere);
    expect(unknown.body.code).toBe('channel_not_found');
  });

  it('shows a shared screen large, in its layout', async () => {
    const screens: Layout = { ...layout, kind: 'screen' };
    const seats = [ann, { ...guest, screen: true }];
    const tiles = layoutTiles(
      screens,
      [
        { userId: 'ann', seat: 0 },
        { userId: 'guest', seat: 1, screen: true },
      ],
      output,
    );
    const large = tiles.find(({ source }) => source === 'screen')!;
    expect(large.width).toBeGreaterThan(output.width / 2);
    const picture = await preview({ layout: screens, seats });
    const middle = rgb(picture, large.x + large.width / 2, large.y + large.height / 2);
    expectColour(middle, '#3f9f9f');
  });

  it('is of the default size without an output, and may show nobody', async () => {
    const picture = await pictureOf(await ask({ layout, seats: [] }));
    expect([picture.canvas.width, picture.canvas.height]).toEqual([1280, 720]);
    expectColour(rgb(picture, 640, 360), '#101418');
  });

  it.each<[string, object, string]>([
    ['a layout of no kind', { layout: { ...layout, kind: 'mosaic' } }, 'invalid_input'],
    ['a seat twice', { seats: [ann, { ...ann, name: 'Bea' }] }, 'invalid_input'],
    ['a picture that is no picture', { output: { width: 641, height: 360 } }, 'invalid_input'],
    ['a rate', { output: { ...output, fps: 25 } }, 'invalid_input'],
    ['more people than a PK has', { seats: Array.from({ length: 33 }, () => ann) }, 'invalid_input'],
    ['more pixels than a mix may have', { output: { width: 1920, height: 1920 } }, 'limit_reached'],
  ])('refuses %s', async (_, change, code) => {
    const { body } = await api.as<{ code: string }>('viewer', 'POST', 'mix-tasks/preview', {
      ...request,
      ...change,
    });
    expect(body.code).toBe(code);
  });

  it('is drawn again with an Idempotency-Key, and leaves no row where an admin asks', async () => {
    const key = { 'idempotency-key': 'preview-1' };
    const [first, second] = [await ask(request, 'admin', key), await ask(request, 'admin', key)];
    await pictureOf(first);
    await pictureOf(second);
    expect(second.headers.get('idempotency-replayed')).toBeNull();
    const ids = [first, second].map((response) => response.headers.get('x-request-id'));
    expect(await api.sql('SELECT * FROM audit_log WHERE request_id = ANY($1)', [ids])).toEqual([]);
  });
});
