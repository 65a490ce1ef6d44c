/**
 * What an encoder preset costs, and what it gives, at 1280x720@25 and 1.5 Mbit/s: CPU seconds for ten seconds of stream, and
 * PSNR of luma against what went in. `npm run bench -- presets`. The content is like a camera's: a picture with detail at all
 * scales that moves slowly, soft, with grain that changes in each frame.
 */
import { spawnSync } from 'node:child_process';
import type { EncoderPreset, MixOutput } from '../src/contracts';
import { joinAnnexB, parseAvcDecoderConfig } from '../src/media/codec/h264/h264';
import { Picture } from '../src/media/ffmpeg/picture';
import { FfmpegVideoDecoder } from '../src/media/ffmpeg/video-decoder';
import { H264Encoder } from '../src/media/ffmpeg/h264-encoder';
import { ffmpegPath } from '../test/support/media/ffmpeg';

const OUTPUT: MixOutput = {
  ...{ width: 1280, height: 720, fps: 25, gop: 50 },
  ...{ videoBitrate: 1_500_000, audioBitrate: 128_000 },
};
const PRESETS: EncoderPreset[] = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast'];
const SECONDS = 10;
const LUMA_BYTES = OUTPUT.width * OUTPUT.height;
const FRAME_BYTES = LUMA_BYTES * 1.5;

export function run(): Promise<Record<string, unknown>> {
  const pictures = camera();
  const measured = PRESETS.map((preset) => ({ preset, ...measure(pictures, preset) }));
  const usual = measured.find(({ preset }) => preset === 'veryfast')!.cpuSeconds;
  const results = measured.map(({ preset, cpuSeconds, psnr }) => ({
    preset,
    cpuSeconds: Math.round(cpuSeconds * 100) / 100,
    ofVeryfast: Math.round((cpuSeconds / usual) * 100) / 100,
    psnrDb: Math.round(psnr * 10) / 10,
  }));
  return Promise.resolve({ results });
}

/** Raw 4:2:0 pictures. */
function camera(): Buffer[] {
  const { width, height, fps } = OUTPUT;
  const detail = `mandelbrot=s=${width}x${height}:r=${fps}:start_scale=0.6:end_scale=0.3:end_pts=400:maxiter=400`;
  const { stdout } = spawnSync(
    ffmpegPath(),
    [
      ...['-v', 'error', '-f', 'lavfi', '-i', `${detail},gblur=sigma=1.2,noise=alls=5:allf=t,format=yuv420p`],
      ...['-t', `${SECONDS}`, '-f', 'rawvideo', 'pipe:1'],
    ],
    { maxBuffer: FRAME_BYTES * fps * (SECONDS + 1) },
  );
  const count = Math.floor(stdout.length / FRAME_BYTES);
  return Array.from({ length: count }, (_, i) => stdout.subarray(i * FRAME_BYTES, (i + 1) * FRAME_BYTES));
}

function measure(pictures: Buffer[], preset: EncoderPreset): { cpuSeconds: number; psnr: number } {
  const encoder = new H264Encoder({ ...OUTPUT, preset });
  const decoder = new FfmpegVideoDecoder('h264');
  const picture = new Picture(OUTPUT.width, OUTPUT.height);
  const { sps, pps } = parseAvcDecoderConfig(encoder.decoderConfig)!;
  let [cpuMicros, error] = [0, 0];
  for (const [index, raw] of pictures.entries()) {
    fill(picture, raw);
    const before = process.cpuUsage();
    const frame = encoder.encode(picture.frame, index, false)!;
    const { user, system } = process.cpuUsage(before);
    cpuMicros += user + system;
    const data = frame.keyframe ? Buffer.concat([joinAnnexB([...sps, ...pps]), frame.data]) : frame.data;
    for (const decoded of decoder.decode(data, index)) {
      error += squaredError(raw, decoded.picture.frame.data![0]!, decoded.picture.frame.linesize[0]!);
      decoded.picture.free();
    }
  }
  encoder.close();
  decoder.close();
  picture.close();
  const mean = error / (pictures.length * LUMA_BYTES);
  return { cpuSeconds: cpuMicros / 1e6, psnr: 10 * Math.log10(255 ** 2 / mean) };
}

function fill({ planes, strides, width, height }: Picture, raw: Buffer): void {
  let at = 0;
  for (const [index, plane] of planes.entries()) {
    const shift = index === 0 ? 0 : 1;
    for (let y = 0; y < height >> shift; y++, at += width >> shift)
      raw.copy(plane, y * strides[index]!, at, at + (width >> shift));
  }
}

/** Of luma. */
function squaredError(raw: Buffer, luma: Buffer, stride: number): number {
  let sum = 0;
  for (let y = 0; y < OUTPUT.height; y++) {
    for (let x = 0; x < OUTPUT.width; x++) {
      const difference = raw[y * OUTPUT.width + x]! - luma[y * stride + x]!;
      sum += difference * difference;
    }
  }
  return sum;
}
