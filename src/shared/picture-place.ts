import type { CanvasSize, Rect } from './layout';

/** The middle of a picture that has the shape of what it is to cover, in its own pixels. */
export function covering(picture: CanvasSize, target: CanvasSize): Rect {
  const scale = Math.max(target.width / picture.width, target.height / picture.height);
  const [width, height] = [target.width / scale, target.height / scale];
  return { x: (picture.width - width) / 2, y: (picture.height - height) / 2, width, height };
}
