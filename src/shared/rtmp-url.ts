export interface RtmpAddress {
  host: string;
  port: number;
  tls: boolean;
  app: string;
  /** Stream name with its query, as publish and play want it. */
  streamName: string;
  /** Address without the stream name: what encoders call the server. */
  tcUrl: string;
}

/**
 * Takes `rtmp://host[:port]/app/name?query` (or rtmps) apart; port 1935 (443) by default.
 * @throws Error that doesn't repeat the address, since it carries a key.
 */
export function parseRtmpUrl(url: string): RtmpAddress {
  const match = /^(rtmps?):\/\/(\[[^\]\s]+\]|[^/:@\s[\]]+)(?::(\d{1,5}))?\/([^/?#\s]+)\/(\S+)$/.exec(url);
  if (!match || Number(match[3] ?? 0) > 65_535)
    throw new Error('not an RTMP address of the form rtmp://host/app/name');
  const [, scheme, host = '', port, app = '', streamName = ''] = match;
  const tls = scheme === 'rtmps';
  const authority = port ? `${host}:${port}` : host;
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : tls ? 443 : 1935,
    tls,
    app,
    streamName,
    tcUrl: `${scheme}://${authority}/${app}`,
  };
}

export function isRtmpUrl(url: string): boolean {
  try {
    parseRtmpUrl(url);
    return true;
  } catch {
    return false;
  }
}
