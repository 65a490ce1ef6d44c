import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FfmpegPush, startPush } from '../../support/media/rtmp-pusher';
import { type Scene, writeScene } from './scene-media';

/** An encoder whose programme is a drawn scene: 720p, pushed by the real ffmpeg. */
export async function pushScene(url: string, scene: Scene): Promise<FfmpegPush> {
  const folder = mkdtempSync(join(tmpdir(), 'lianmai-scene-'));
  const picture = join(folder, 'programme.y4m');
  await writeScene(picture, scene, 1280, 720);
  const push = await startPush({ url, picture, tone: 440, fps: 15, gop: 30, extra: ['-b:v', '1200k'] });
  void push.ended.then(() => rmSync(folder, { recursive: true, force: true }));
  return push;
}
