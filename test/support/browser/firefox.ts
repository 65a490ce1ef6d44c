/**
 * The Firefox of this machine, driven by WebDriver BiDi. npm brings none that is as people have it, so tests that need
 * it are left out, with these words, where there is none.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { firefox, type Browser } from 'playwright-core';

/** Path of the Firefox on PATH, null for none. */
export function firefoxPath(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = ['firefox-esr', 'firefox'].flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface FirefoxOptions {
  /**
   * H.264 in WebRTC, by the FFmpeg of the system: the OpenH264 that Firefox has elsewhere is a download of its own.
   * Default false: as Firefox is before that download, or where it is forbidden.
   */
  h264?: boolean;
  /** Hz of the microphone. */
  tone?: number;
  /** Of the camera, pixels; for who paints it. */
  camera?: { width: number; height: number };
}

/** Of a browser in a test: devices that need nobody's word, no other interface than loopback, no outside calls. */
const PREFERENCES = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
  'media.gmp-manager.updateEnabled': false,
  'media.gmp-provider.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.proxy.type': 0,
};
/** What decides whether Firefox tries the system's encoder is a list of graphics cards. */
const SYSTEM_H264 = {
  'gfx.blacklist.webrtc.hw.acceleration.h264': 1,
  'media.ffmpeg.encoder.enabled': true,
  'media.webrtc.encoder_creation_strategy': 1,
  'media.webrtc.hw.h264.enabled': true,
  'media.webrtc.platformencoder': true,
  'media.webrtc.platformencoder.sw_only': true,
};

/** Starts it headless. The caller closes it. @throws where there is none */
export async function launchFirefox(options: FirefoxOptions = {}): Promise<Browser> {
  const path = firefoxPath();
  if (!path) throw new Error('there is no Firefox on PATH');
  return firefox.launch({
    // The channels with this prefix are driven by BiDi, all others need Playwright's own build.
    channel: 'moz-firefox',
    executablePath: resolve('test/support/browser/bidi-bridge.cjs'),
    env: { ...(process.env as Record<string, string>), FIREFOX: path },
    headless: true,
    firefoxUserPrefs: {
      ...PREFERENCES,
      ...(options.h264 ? SYSTEM_H264 : {}),
      'media.navigator.audio.fake_frequency': options.tone ?? 1000,
    },
  });
}

/** Whether H.264 goes from this Firefox to itself and is shown. Takes some seconds. */
export async function carriesH264(): Promise<boolean> {
  const browser = await launchFirefox({ h264: true });
  try {
    const page = await browser.newPage();
    return await page.evaluate<boolean>(loop);
  } finally {
    await browser.close();
  }
}

/** As `carriesH264`, for what has to be known while tests are being defined; false where there is no Firefox. */
export function carriesH264Sync(): boolean {
  if (!firefoxPath()) return false;
  const runner = resolve('test/support/process/ts-run.cjs');
  const probe = resolve('test/support/browser/firefox-probe.ts');
  return spawnSync(process.execPath, [runner, probe], { timeout: PROBE_MS }).status === 0;
}

/** For a busy machine, ms. */
const PROBE_MS = 40_000;
/** FFmpeg's encoder holds 40 pictures back. */
const PICTURES = 60;

const loop = `(async () => {
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
  const gathered = (pc) => new Promise((resolve) => {
    pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && resolve();
  });
  const codecs = RTCRtpSender.getCapabilities('video').codecs.filter((codec) => codec.mimeType === 'video/H264');
  if (codecs.length === 0) return false;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [320, 240];
  const paint = canvas.getContext('2d');
  const stream = canvas.captureStream();
  const transceiver = a.addTransceiver(stream.getVideoTracks()[0], { direction: 'sendonly', streams: [stream] });
  transceiver.setCodecPreferences(codecs);
  const video = document.createElement('video');
  video.muted = true;
  b.ontrack = ({ streams }) => { video.srcObject = streams[0]; void video.play(); };
  for (const [from, to] of [[a, b], [b, a]]) {
    const done = gathered(from);
    await from.setLocalDescription();
    await done;
    await to.setRemoteDescription(from.localDescription);
  }
  return new Promise((resolve) => {
    let painted = 0;
    const timer = setInterval(() => {
      paint.fillRect(painted++ % 300, 0, 20, 240);
      const shown = video.videoWidth > 0;
      if (!shown && (painted < 2 * ${PICTURES} || a.connectionState === 'connecting')) return;
      clearInterval(timer);
      resolve(shown);
    }, 33);
  });
})()`;
