/** Where a watermark is put: in a corner, as large as fits there. */
import type { LayoutWatermark } from '../../contracts';

export const CORNERS = ['left-top', 'right-top', 'left-bottom', 'right-bottom'] as const;
export type Corner = (typeof CORNERS)[number];

/** Share of the canvas that it may take, across and down; and from its edges, of the width. */
const SHARE = 0.18;
const MARGIN = 0.02;

interface Size {
  width: number;
  height: number;
}

/** @param canvas pixels */
export function placed(
  { id: image, ...picture }: Size & { id: string },
  corner: Corner,
  canvas: Size,
): LayoutWatermark {
  // How high it is for its width, both in fractions of the canvas.
  const slope = ((picture.height / picture.width) * canvas.width) / canvas.height;
  const width = Math.max(0.01, Math.min(SHARE, SHARE / slope));
  const marginDown = (MARGIN * canvas.width) / canvas.height;
  const x = corner.startsWith('left') ? MARGIN : 1 - MARGIN - width;
  const y = corner.endsWith('top') ? marginDown : Math.max(0, 1 - marginDown - width * slope);
  return { image, x: rounded(x), y: rounded(y), width: rounded(width), opacity: 0.8 };
}

export function cornerOf({ x, y, width }: LayoutWatermark): Corner {
  const side = x + width / 2 < 0.5 ? 'left' : 'right';
  return `${side}-${y < 0.5 ? 'top' : 'bottom'}`;
}

function rounded(fraction: number): number {
  return Math.round(fraction * 1000) / 1000;
}
