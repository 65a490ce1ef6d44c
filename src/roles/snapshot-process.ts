import type { SnapshotOrder, SnapshotReport } from '../media/contract';
import { silence } from '../media/ffmpeg/av';
import { jpegOfKeyframe } from '../media/ffmpeg/keyframe-picture';

/** Entry of the process that decodes what strangers send to small pictures, one for each message; it ends with its parent. */
function main(): void {
  silence();
  process.on('message', (order: SnapshotOrder) => void process.send!(reportOf(order)));
  process.on('disconnect', () => process.exit(0));
}

function reportOf({ keyframe, width }: SnapshotOrder): SnapshotReport {
  try {
    return { jpeg: jpegOfKeyframe(Buffer.from(keyframe), width) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

main();
