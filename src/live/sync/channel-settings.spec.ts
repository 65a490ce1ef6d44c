import { settingsOf } from './channel-settings';

const channel = {
  flvMarkers: true,
  playGeneration: 0,
  epoch: 1,
  hostEpoch: 1,
  suspendedAt: null,
  pushGeneration: 0,
  putOut: [],
  visitGeneration: 0,
};

describe('settings of a channel on its node', () => {
  it('have no revision where they are the node’s own defaults', () => {
    expect(settingsOf(channel, null)).toEqual({
      revision: '',
      relay: null,
      flvMarkers: true,
      playGeneration: 0,
      awaitsMix: false,
      doors: { suspended: false, pushGeneration: 0, putOut: [] },
    });
  });

  it('have a revision that names the content', () => {
    const url = 'rtmp://cdn.example.com/live/key';
    const relayed = settingsOf(channel, url);
    expect(relayed).toMatchObject({
      relay: { url },
      revision: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    });
    expect(settingsOf({ ...channel }, url).revision).toBe(relayed.revision);
    const others = [
      settingsOf(channel, `${url}2`),
      settingsOf({ ...channel, flvMarkers: false }, url),
      settingsOf({ ...channel, playGeneration: 1 }, url),
      settingsOf({ ...channel, epoch: 2 }, url),
      settingsOf({ ...channel, pushGeneration: 1 }, url),
      settingsOf({ ...channel, visitGeneration: 1 }, url),
      settingsOf({ ...channel, suspendedAt: new Date() }, url),
      settingsOf({ ...channel, putOut: [{ viewer: 'v', untilMs: Infinity }] }, url),
    ].map(({ revision }) => revision);
    expect(new Set([relayed.revision, ...others]).size).toBe(9);
  });
});
