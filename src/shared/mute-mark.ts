/** A crossed microphone: the mark of who isn't heard. */
import type { Pen } from './pen';

const GROUND = 'rgba(0, 0, 0, 0.55)';
const MICROPHONE = '#ffffff';
const CROSS = '#ff4d4f';

/** Fills the square; lengths in pixels. */
export function drawMuteMark(pen: Pen, { x, y, size }: { x: number; y: number; size: number }): void {
  const at = (share: number): number => share * size;
  pen.fillStyle = GROUND;
  pen.beginPath();
  pen.arc(x + at(0.5), y + at(0.5), at(0.5), 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = MICROPHONE;
  pen.strokeStyle = MICROPHONE;
  pen.lineWidth = at(0.07);
  pen.lineCap = 'round';
  pen.beginPath();
  pen.roundRect(x + at(0.4), y + at(0.2), at(0.2), at(0.36), at(0.1));
  pen.fill();
  pen.beginPath();
  pen.arc(x + at(0.5), y + at(0.46), at(0.2), 0, Math.PI);
  pen.stroke();
  line(pen, [x + at(0.5), y + at(0.66)], [x + at(0.5), y + at(0.78)]);
  pen.strokeStyle = CROSS;
  pen.lineWidth = at(0.09);
  line(pen, [x + at(0.27), y + at(0.25)], [x + at(0.73), y + at(0.75)]);
}

function line(pen: Pen, from: readonly [number, number], to: readonly [number, number]): void {
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
}
