import { execFileSync } from 'node:child_process';

/** The package as it is released, once for all specs. */
export default function buildPackage(): void {
  execFileSync(process.execPath, ['scripts/sdk.mjs', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
