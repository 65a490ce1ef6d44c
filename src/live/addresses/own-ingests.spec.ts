import type { MediaNodeRef, NodesFacade } from '../../nodes';
import { parseRtmpUrl } from '../../shared/rtmp-url';
import { OwnIngests } from './own-ingests';

const node = (rtmpUrl: string, controlUrl = 'http://10.0.0.1:8081', rtmpPort = 1937): MediaNodeRef => ({
  ...{ id: rtmpUrl, mediaUrl: '', rtmpUrl, controlUrl, rtmpPort },
});

const NODES = [
  node('rtmp://localhost:1936'),
  node('rtmp://media.nowhere.invalid'),
  node('rtmps://198.51.100.7', 'http://[2001:db8::5]:8081'),
  node(''), // has not reported yet
];

it.each([
  ['its public address', 'rtmp://localhost:1936/live/k', true],
  ['the same by number', 'rtmp://127.0.0.1:1936/live/k', true],
  ['another number of the same machine', 'rtmp://127.9.9.9:1936/live/k', true],
  ['the same by IPv6', 'rtmp://[::1]:1936/live/k', true],
  ['whatever the app is', 'rtmp://localhost:1936/other/k', true],
  ['a name that can’t be resolved, whatever its case', 'rtmp://Media.Nowhere.Invalid./live/k', true],
  ['TLS with the port that it has when none is named', 'rtmp://198.51.100.7:443/live/k', true],
  ['where mixers push', 'rtmp://10.0.0.1:1937/live/k', true],
  ['where mixers push, by IPv6', 'rtmp://[2001:DB8::5]:1937/live/k', true],
  ['another port', 'rtmp://localhost:1935/live/k', false],
  ['another machine', 'rtmp://10.0.0.2:1937/live/k', false],
  ['a name that leads nowhere', 'rtmp://elsewhere.invalid:1936/live/k', false],
])('%s', async (_, url, isOwn) => {
  const ingests = new OwnIngests({ all: () => Promise.resolve(NODES) } as NodesFacade);
  expect(await ingests.include(parseRtmpUrl(url))).toBe(isOwn);
});
