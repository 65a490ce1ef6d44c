import { accessSync, chmodSync, constants } from 'node:fs';
import { path } from '@ffmpeg-installer/ffmpeg';

/** Path of an independent ffmpeg (static build of 2018). Its install script may not have run, so +x is set here. */
export function ffmpegPath(): string {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    chmodSync(path, 0o755);
  }
  return path;
}
