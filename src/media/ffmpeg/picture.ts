import { AV_PIX_FMT_YUV420P, Frame } from 'node-av';
import { check } from './av';

export type { Frame };

/** A picture with 4:2:0 planes of its own. Width and height are even, pixels; the caller frees it. */
export function allocatePicture(width: number, height: number): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = AV_PIX_FMT_YUV420P;
  frame.width = width;
  frame.height = height;
  check(frame.getBuffer(0), 'a buffer for a picture');
  return frame;
}
