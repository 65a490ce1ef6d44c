/** Ends with 0 where this machine's Firefox sends and shows H.264: `ts-run.cjs firefox-probe.ts`. */
import { carriesH264 } from './firefox';

carriesH264().then(
  (carries) => process.exit(carries ? 0 : 1),
  () => process.exit(2),
);
