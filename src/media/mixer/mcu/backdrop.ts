import type { Planes } from '../../ffmpeg/scaler';
import type { Area, Canvas } from './canvas';

/** Lays the part of a background that belongs there onto an area. @param backdrop as large as the canvas */
export function layBackdrop({ planes, strides }: Canvas, backdrop: Planes, area: Area): void {
  planes.forEach((plane, index) => {
    const shift = index === 0 ? 0 : 1;
    const [from, to] = [backdrop.strides[index]!, strides[index]!];
    const left = area.x >> shift;
    for (let y = area.y >> shift; y < (area.y + area.height) >> shift; y++) {
      const start = y * from + left;
      backdrop.planes[index]!.copy(plane, y * to + left, start, start + (area.width >> shift));
    }
  });
}
