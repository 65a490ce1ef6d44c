import { type NumberTable, tableSchema, upperSnake } from './table';

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
  quality: { byDefault: 30, meaning: 'what viewers’ players saw, by minute' },
  handOvers: { byDefault: 90, meaning: 'hand-overs, with what viewers saw of them' },
  audit: { byDefault: 365, meaning: 'the audit log' },
  idempotencyKeys: { byDefault: 1, meaning: 'idempotency keys that have expired, a day after their answer' },
  webhookDelivered: { byDefault: 1, meaning: 'webhook deliveries that were taken' },
  webhookDead: { byDefault: 30, meaning: 'dead letters of webhooks' },
} as const satisfies NumberTable;

export type KeptName = keyof typeof KEPT;
export type Retention = Readonly<Record<KeptName, number>>;

/** Of one in the environment, e.g. `KEEP_MIX_TASKS_DAYS`. */
export function retentionVariable(name: string): string {
  return `KEEP_${upperSnake(name)}_DAYS`;
}

export const retentionSchema = tableSchema(KEPT, retentionVariable);
