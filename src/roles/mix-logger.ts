import { pino } from 'pino';
import type { MediaLogger } from '../media/contract';

/** JSON lines to stderr; stdout is not used. Every line names the task once it is known. */
export function jsonLogger(): MediaLogger & { setTask(taskId: string): void } {
  const root = pino({ base: { room: 'mixer' } }, pino.destination({ fd: 2, sync: true }));
  let logger = root;
  return {
    setTask: (taskId) => void (logger = root.child({ taskId })),
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}
