import { MIXER_ALIVE_MS, type MixCommand, type MixReport } from '../media/contract';
import { firstEncoder, Mix } from '../media/mixer';
import { jsonLogger } from './mix-logger';

/** Entry of a mixer process, forked once per mix task by a worker; it talks to its parent over IPC only. */
function main(): void {
  const logger = jsonLogger();
  const mix = new Mix({ logger, load: { busy: busyMeter(), everyMs: 1000 } });
  let started = false;

  const exit = (code: number) => {
    process.removeAllListeners('disconnect');
    process.exit(code);
  };
  const send = (report: MixReport, then?: () => void) => {
    if (process.connected) process.send!(report, undefined, undefined, () => then?.());
    else then?.();
  };
  mix.on('report', (report) => {
    if (report.type !== 'ended') return send(report);
    logger.info({ code: report.code, detail: report.detail }, 'mix ended');
    send(report, () => exit(report.code === 'stopped' ? 0 : 1));
  });
  process.on('message', (command: MixCommand) => {
    if (command.type === 'stop') return void mix.stop();
    if (command.type === 'probe') return send({ type: 'probed', ...firstEncoder(command.kinds) });
    if (command.type === 'image') return mix.takeImage(command.id, Buffer.from(command.file, 'base64'));
    logger.setTask(command.spec.taskId);
    if (started) mix.apply(command.spec);
    else mix.start(command.spec);
    started = true;
  });
  // Without a parent nobody could stop the mix, and another may already run under the same task.
  process.on('disconnect', () => void mix.stop().finally(() => exit(1)));
  process.on('SIGTERM', () => void mix.stop());
  // Ctrl-C reaches the whole group; the parent gives the order to stop.
  process.on('SIGINT', () => undefined);
  process.on('uncaughtException', (error) => {
    logger.error({ error: error.stack }, 'uncaught');
    send({ type: 'ended', code: 'internal', detail: error.message }, () => exit(1));
  });
  send({ type: 'state', state: 'ready', version: 0 });
  setInterval(() => send({ type: 'alive' }), MIXER_ALIVE_MS);
}

/** Work of native code counts, and so does waiting for a core: both keep the event loop from its next turn. */
function busyMeter(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}

main();
