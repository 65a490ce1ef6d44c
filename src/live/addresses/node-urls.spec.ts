import { internalPushUrl, playbackUrls, pushUrls } from './node-urls';

const node = {
  mediaUrl: 'https://media.example.com',
  rtmpUrl: 'rtmps://rtmp.example.com',
  controlUrl: 'http://10.0.0.7:8081',
  rtmpPort: 1935,
};

describe('addresses of a channel on its node', () => {
  it('give encoders server and key, apart and in one', () => {
    const { url, server, key, whip } = pushUrls(node, 'c1', 't');
    expect({ server, key }).toEqual({ server: 'rtmps://rtmp.example.com/live', key: 'c1?token=t' });
    expect(url).toBe(`${server}/${key}`);
    expect(whip).toEqual({ url: 'https://media.example.com/whip/c1', token: 't' });
  });

  it('lead a mixer past the public address', () => {
    expect(internalPushUrl(node, 'c1', 't')).toBe('rtmp://10.0.0.7:1935/live/c1?token=t');
    const v6 = { controlUrl: 'http://[fd00::7]:8081', rtmpPort: 1936 };
    expect(internalPushUrl(v6, 'c1', 't')).toBe('rtmp://[fd00::7]:1936/live/c1?token=t');
  });

  it('keep the scheme’s security for viewers', () => {
    expect(playbackUrls(node, 'c1', 't')).toEqual({
      flv: 'https://media.example.com/live/c1.flv?token=t',
      wsFlv: 'wss://media.example.com/live/c1.flv?token=t',
      hls: 'https://media.example.com/live/c1.m3u8?token=t',
      rtmp: 'rtmps://rtmp.example.com/live/c1?token=t',
    });
    const plain = playbackUrls({ ...node, mediaUrl: 'http://localhost:8081' }, 'c1', 't');
    expect(plain.wsFlv).toBe('ws://localhost:8081/live/c1.flv?token=t');
  });
});
