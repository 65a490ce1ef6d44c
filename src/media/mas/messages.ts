/** Validation of what clients and mixers send (src/contracts/mas.ts). */
import { z } from 'zod';
import type { EgressClientMessage, MasClientMessage } from '../../contracts';

const token = z.string().min(1).max(4096);
const sdp = z.string().min(1).max(100_000);
const pc = z.enum(['pub', 'sub']);

export const clientMessage: z.ZodType<MasClientMessage> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('join'), token }),
  z.object({ type: z.literal('pub-offer'), sdp }),
  z.object({ type: z.literal('sub-answer'), sdp }),
  z.object({
    type: z.literal('candidate'),
    pc,
    candidate: z.string().max(1024),
    mid: z.string().max(64).nullable(),
  }),
  z.object({ type: z.literal('restart'), pc }),
  z.object({ type: z.literal('leave') }),
]);

export const egressMessage: z.ZodType<EgressClientMessage> = z.object({
  type: z.literal('subscribe'),
  token,
  udpPort: z.number().int().min(1).max(65_535),
});
