import type { MixPreviewReport, MixPreviewSpec } from '../media/contract';
import { drawPreview } from '../media/mixer';

/** Entry of the process that draws previews of layouts, one for each message; it ends with its parent. */
function main(): void {
  process.on('message', (spec: MixPreviewSpec) => process.send!(reportOf(spec)));
  process.on('disconnect', () => process.exit(0));
}

function reportOf(spec: MixPreviewSpec): MixPreviewReport {
  try {
    return { png: drawPreview(spec) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

main();
