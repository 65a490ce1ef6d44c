import type { HlsCapture } from './hls-capture';
import { brokenMedia } from './hls-media-rules';
import { parsePlaylist } from './hls-playlist';
import { brokenRules, type Rule } from './hls-rules';

/** What breaks a rule in all that a player got, as `rule: detail`. @param except what is so, and why is told there */
export function hlsFaults(viewer: HlsCapture, except: readonly Rule[] = []): string[] {
  const playlists = viewer.playlists.map(({ text }) => parsePlaylist(text));
  const findings = brokenRules(playlists).filter(({ rule }) => !except.includes(rule));
  return [...findings, ...brokenMedia(viewer.runs, viewer.inits)].map(
    ({ rule, detail }) => `${rule}: ${detail}`,
  );
}
