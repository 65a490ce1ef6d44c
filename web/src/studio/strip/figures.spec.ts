import { bitrateText, outgoingOf } from './figures';

const hostStream = { width: 1920, height: 1080, fps: 60 };
const output = { width: 1280, height: 720, fps: 30, gop: 60, videoBitrate: 4e6, audioBitrate: 128e3 };

describe('outgoingOf', () => {
  it('is what the server measured, where it did', () => {
    const stream = { bitrate: 4_180_000, video: { width: 640, height: 360, fps: 25 } };
    expect(outgoingOf({ source: 'mix', hostStream: null, stream }, { output }, null)).toEqual({
      ...{ bitrate: 4_180_000, fps: 25 },
      size: { width: 640, height: 360 },
    });
  });

  it('is the mix as it is asked for, or the host’s stream, of which this page knows what it sends', () => {
    expect(outgoingOf({ source: 'mix', hostStream: null, stream: null }, { output }, null)).toMatchObject({
      ...{ bitrate: null, fps: 30 },
      size: { width: 1280 },
    });
    expect(outgoingOf({ source: 'host', hostStream, stream: null }, null, null)).toMatchObject({
      bitrate: null,
      fps: 60,
    });
    const own = { bitrate: 900_000, fps: 24 };
    expect(outgoingOf({ source: 'host', hostStream, stream: null }, null, own)).toMatchObject(own);
    expect(outgoingOf({ source: 'none', hostStream: null, stream: null }, null, null).size).toBeNull();
  });
});

it('writes rates', () => {
  expect([4_184_000, 640_000].map(bitrateText)).toEqual(['4.18 Mb/s', '640 kb/s']);
});
