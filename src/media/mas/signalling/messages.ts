/** Validation of what clients and mixers send (src/contracts/mas.ts). */
import { z } from 'zod';
import type { EgressClientMessage, MasClientMessage } from '../../../contracts';
import { MAX_SCREEN_SLOTS, MAX_SLOT_PAIRS } from '../subscribe/subscriber';

const token = z.string().min(1).max(4096);
const sdp = z.string().min(1).max(100_000);
const pc = z.enum(['pub', 'sub']);
const bank = z.number().int().min(0).max(31).optional();

const want = z.object({
  type: z.literal('want'),
  pictures: z
    .array(
      z.object({
        userId: z.string().max(256),
        source: z.enum(['camera', 'screen']).optional(),
        height: z.number().min(0).max(16_384),
      }),
    )
    .max(128),
});

export const clientMessage: z.ZodType<MasClientMessage> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('join'),
    token,
    slotPairs: z.number().int().min(1).max(MAX_SLOT_PAIRS).optional(),
    screenSlots: z.number().int().min(0).max(MAX_SCREEN_SLOTS).optional(),
  }),
  z.object({ type: z.literal('pub-offer'), sdp, screen: z.string().max(32).optional() }),
  z.object({ type: z.literal('sub-answer'), sdp, bank }),
  z.object({
    type: z.literal('candidate'),
    pc,
    bank,
    candidate: z.string().max(1024),
    mid: z.string().max(64).nullable(),
  }),
  want,
  z.object({ type: z.literal('restart'), pc }),
  z.object({ type: z.literal('leave') }),
]);

export const egressMessage: z.ZodType<EgressClientMessage> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('subscribe'),
    token,
    udpPort: z.number().int().min(1).max(65_535),
    screens: z.boolean().optional(),
  }),
  want,
]);
