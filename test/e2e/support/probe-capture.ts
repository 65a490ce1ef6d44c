import type { FlvCapture } from '../../support/media/flv-capture';
import { probeFlv, type FlvProbe } from '../../support/media/flv-probe';

/** Decodes what the viewer got, after its timestamps were found in order, and prints the largest gaps. */
export async function probeCapture(viewer: FlvCapture): Promise<FlvProbe> {
  const { backwardTimestamps, largestVideoGapMs, largestArrivalGapMs } = viewer.figures();
  const arrival = Math.round(largestArrivalGapMs);
  console.log(`largest gap between pictures: ${largestVideoGapMs} ms by timestamp, ${arrival} ms by arrival`);
  expect(backwardTimestamps).toBe(0);
  return probeFlv(viewer.bytes);
}
