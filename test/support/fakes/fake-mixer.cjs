/**
 * Stands in for the mixer process: speaks the contract (src/media/contract/mix.ts) and mixes nothing. The layout's
 * background tells it how to behave. Its statistics tell its process id as `rssBytes` and
 * its parent's as `cpuMs`, and the gains of its seats, added up, as `maxFrameGapMs`.
 */
const ends = {
  '#dead00': () => process.exit(3),
  '#refuse': () => end('refused', 1),
  '#egress': () => end('egress_lost', 1),
};
/** Hears no stop. */
const DEAF = '#deaf00';
let spec = null;

function end(code, exitCode) {
  process.send({ type: 'ended', code, detail: 'as asked' }, () => process.exit(exitCode));
}

function begin() {
  process.stderr.write(JSON.stringify({ level: 30, msg: 'applied', env: Object.keys(process.env) }) + '\n');
  process.stderr.write('plain text of a native library\n');
  const ids = { rssBytes: process.pid, cpuMs: process.ppid };
  const gains = () => spec.seats.reduce((sum, { gain }) => sum + gain, 0);
  const report = () =>
    process.send({
      type: 'statistics',
      statistics: { inputs: spec.seats.length, maxFrameGapMs: gains(), ...ids },
    });
  report();
  setInterval(report, 2000);
  process.send({ type: 'state', state: 'running', version: spec.version });
}

process.on('message', (command) => {
  if (command.type === 'stop') return spec?.layout.background === DEAF ? undefined : end('stopped', 0);
  const isFirst = spec === null;
  spec = command.spec;
  const ending = ends[spec.layout.background];
  if (ending) return ending();
  if (isFirst) begin();
  process.send({ type: 'applied', version: spec.version });
});
process.on('disconnect', () => process.exit(1));
process.send({ type: 'state', state: 'ready', version: 0 });
setInterval(() => process.send({ type: 'alive' }), 250);
