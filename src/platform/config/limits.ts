import { type NumberTable, tableSchema, upperSnake } from './table';

/** What one user, one room and the installation may have. The only list: docs/configuration.md shows it. */
export const LIMITS = {
  channelsPerUser: { byDefault: 100, meaning: 'channels of one user' },
  conferencesPerUser: {
    byDefault: 50,
    meaning: 'open conferences of one user, besides those of co-hostings',
  },
  bypassMixesPerUser: { byDefault: 4, meaning: 'conferences of one user that are on the air at a time' },
  mixerSharePerUser: {
    byDefault: 50,
    meaning: 'percent of all mixers that one user’s mixes may take, for another conference to be on the air',
  },
  socketsPerUser: { byDefault: 50, meaning: 'Socket.IO connections of one user, to each API process' },
  imagesPerChannel: { byDefault: 16, meaning: 'images of one channel' },
  webhooks: { byDefault: 100, meaning: 'webhooks of the installation' },
  outputPixels: { byDefault: 1920 * 1080, meaning: 'width × height of a mix, unless an admin sets it' },
  outputFps: { byDefault: 30, meaning: 'frames a second of a mix, unless an admin sets it' },
  chatWaitingPerRoom: { byDefault: 200, meaning: 'messages of one room that wait in an API process' },
  chatWaiting: { byDefault: 5000, meaning: 'messages of all rooms that wait in an API process' },
} as const satisfies NumberTable;

export type LimitName = keyof typeof LIMITS;
export type Limits = Readonly<Record<LimitName, number>>;

/** Of a limit in the environment, e.g. `LIMIT_CHANNELS_PER_USER`. */
export function limitVariable(name: string): string {
  return `LIMIT_${upperSnake(name)}`;
}

export const limitsSchema = tableSchema(LIMITS, limitVariable);
