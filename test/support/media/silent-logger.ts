import type { MediaLogger } from '../../../src/media/contract';

export const silentLogger: MediaLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
