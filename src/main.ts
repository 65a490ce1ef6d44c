import 'reflect-metadata';
import { type Config, readConfig } from './platform/config/config';
import { Log, setLogLevel } from './platform/common/telemetry/logger';
import { exitCode, explain, ProcessLife } from './roles/process/process-life';

/** Each role loads its own code only: a media process has no use for Nest. */
async function start(config: Config, life: ProcessLife): Promise<void> {
  switch (config.ROLE) {
    case 'all':
      return (await import('./roles/all.js')).startAll(config, life);
    case 'api':
      return (await import('./roles/api.js')).startApiRole(config, life);
    case 'media':
      return (await import('./roles/media.js')).startMedia(config, life);
    case 'mixer':
      return (await import('./roles/mixer.js')).startMixer(config, life);
  }
}

try {
  const config = readConfig(process.env);
  setLogLevel(config.LOG_LEVEL);
  const life = new ProcessLife(config.ROLE === 'media' && process.connected);
  start(config, life).then(
    () => new Log('lifecycle').info({ role: config.ROLE, pid: process.pid }, 'started'),
    (error: unknown) => life.fail(error),
  );
} catch (error) {
  explain(error as Error);
  process.exitCode = exitCode(error);
}
