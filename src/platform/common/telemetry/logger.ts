import type { LoggerService } from '@nestjs/common';
import pino from 'pino';
import { requestLogFields } from '../http/request-context';

const root = pino({
  level: 'info',
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: {
    paths: ['token', '*.token', 'apiKey', '*.apiKey', 'authorization', '*.authorization'],
    censor: '…',
  },
});

/** Sets the level of all loggers of this process; called once, by the role that starts. */
export function setLogLevel(level: string): void {
  root.level = level;
}

/**
 * Structured JSON log of one room. Give the ids (`channelId`, `conferenceId`, `taskId`) as fields, not in the text.
 * Fits the media floor's MediaLogger.
 */
export class Log {
  constructor(private readonly room: string) {}

  debug(fields: object, message: string): void {
    root.debug({ room: this.room, ...requestLogFields(), ...fields }, message);
  }
  info(fields: object, message: string): void {
    root.info({ room: this.room, ...requestLogFields(), ...fields }, message);
  }
  warn(fields: object, message: string): void {
    root.warn({ room: this.room, ...requestLogFields(), ...fields }, message);
  }
  error(fields: object, message: string): void {
    root.error({ room: this.room, ...requestLogFields(), ...fields }, message);
  }
}

/** Nest's own messages in the same form; its chatter at start-up counts as debug. */
export class NestLog implements LoggerService {
  private readonly out = new Log('nest');

  log(message: unknown, context?: string): void {
    this.out.debug({ context }, String(message));
  }
  error(message: unknown, stack?: string, context?: string): void {
    this.out.error({ context, stack }, String(message));
  }
  warn(message: unknown, context?: string): void {
    this.out.warn({ context }, String(message));
  }
}
