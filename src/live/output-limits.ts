import type { Caller } from '../auth';
import type { MixOutput } from '../contracts';
import { limitReached } from '../platform/common';
import type { Limits } from '../platform/config';

/** What a mix costs is its owner's wish and everybody's CPU. Admins may ask for more. @throws DomainError limit_reached */
export function requireOutputWithin(
  { outputPixels, outputFps }: Limits,
  { role }: Pick<Caller, 'role'>,
  output: Pick<MixOutput, 'width' | 'height' | 'fps'> | undefined,
): void {
  if (!output || role === 'admin') return;
  if (output.width * output.height > outputPixels) throw limitReached('outputPixels', outputPixels);
  if (output.fps > outputFps) throw limitReached('outputFps', outputFps);
}
