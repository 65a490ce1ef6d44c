import { z } from 'zod';

/** How long what is over is kept, days. What goes on stays, however old it is. */
export const KEPT = {
  chat: { byDefault: 90, meaning: 'chat messages' },
  invitations: {
    byDefault: 30,
    meaning: 'invitations, applications and challenges that were answered or have expired',
  },
  sessions: { byDefault: 90, meaning: 'co-hostings that are over, with their seats and bans' },
  conferences: { byDefault: 90, meaning: 'conferences that have ended, with their members' },
  mixTasks: { byDefault: 30, meaning: 'mix tasks that are over' },
  matches: { byDefault: 90, meaning: 'PK matches that are over' },
  audit: { byDefault: 365, meaning: 'the audit log' },
  idempotencyKeys: { byDefault: 1, meaning: 'idempotency keys that have expired, a day after their answer' },
  webhookDelivered: { byDefault: 1, meaning: 'webhook deliveries that were taken' },
  webhookDead: { byDefault: 30, meaning: 'dead letters of webhooks' },
} as const satisfies Record<string, { byDefault: number; meaning: string }>;

export type KeptName = keyof typeof KEPT;
export type Retention = Readonly<Record<KeptName, number>>;

/** Of one in the environment, e.g. `KEEP_MIX_TASKS_DAYS`. */
export function retentionVariable(name: string): string {
  return `KEEP_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}_DAYS`;
}

const names = Object.keys(KEPT) as KeptName[];
const variables = names.map((name) => [
  retentionVariable(name),
  z.coerce.number().int().min(1).default(KEPT[name].byDefault),
]);

export const retentionSchema = z
  .object(Object.fromEntries(variables) as Record<string, z.ZodType<number>>)
  .transform(
    (given) => Object.fromEntries(names.map((name) => [name, given[retentionVariable(name)]])) as Retention,
  );
