import type { MixPreviewReport, MixPreviewSpec } from '../media/contract';
import { drawPreview } from '../media/mixer';

/** Entry of the process that draws previews of layouts, one for each message; it ends with its parent. */
function main(): void {
  process.on(
    'message',
    (spec: MixPreviewSpec) => void reportOf(spec).then((report) => process.send!(report)),
  );
  process.on('disconnect', () => process.exit(0));
}

async function reportOf(spec: MixPreviewSpec): Promise<MixPreviewReport> {
  try {
    return { png: await drawPreview(spec) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

main();
