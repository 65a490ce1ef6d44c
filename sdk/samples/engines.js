import { flvEngine, hlsEngine, nativeHlsEngine } from '@lianmai/client';

/** Ways to play, in the order in which they are tried. The libraries are loaded when something plays. */
export const engines = [
  flvEngine(() => import('mpegts.js')),
  hlsEngine(() => import('hls.js')),
  nativeHlsEngine(),
];
