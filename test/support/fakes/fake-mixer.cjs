/**
 * Stands in for the mixer process: speaks the contract (src/media/contract/mix.ts) and mixes nothing. The layout's
 * background tells it how to behave: `#cc01f4` says that it takes 0x01f4 thousandths of a core, by its statistics. These
 * also tell its process id, as `rssBytes`, its parent's, as `reconnects`, and the gains of its seats, added up, as
 * `maxFrameGapMs`, and how many of the pictures that its specs named had come before them, as `keyframeRequests`.
 */
const ends = {
  '#dead00': () => process.exit(3),
  '#refuse': () => end('refused', 1),
  '#egress': () => end('egress_lost', 1),
};
/** Too busy for what it should be. */
const BUSY = '#b00500';
/** Hears no stop. */
const DEAF = '#deaf00';
let spec = null;
/** Ids of all pictures that have come. */
const pictures = new Set();
let named = 0;

function end(code, exitCode) {
  process.send({ type: 'ended', code, detail: 'as asked' }, () => process.exit(exitCode));
}

/** Says that the last one works; of `vaapi` alone, that it takes its process down. */
function probe(kinds) {
  if (kinds.join() === 'vaapi') process.exit(139);
  const failures = Object.fromEntries(kinds.slice(0, -1).map((kind) => [kind, 'no such card']));
  process.send({ type: 'probed', kind: kinds.at(-1), failures });
}

/** What it takes, by its layout. */
function cores() {
  const { background } = spec.layout;
  return background.startsWith('#cc') ? parseInt(background.slice(3), 16) / 1000 : 0;
}

function begin() {
  process.stderr.write(JSON.stringify({ level: 30, msg: 'applied', env: Object.keys(process.env) }) + '\n');
  process.stderr.write('plain text of a native library\n');
  const ids = { rssBytes: process.pid, reconnects: process.ppid };
  const gains = () => spec.seats.reduce((sum, { gain }) => sum + gain, 0);
  let [cpuMs, at] = [0, performance.now()];
  const report = () => {
    const now = performance.now();
    cpuMs += (now - at) * cores();
    at = now;
    const statistics = {
      inputs: spec.seats.length,
      cpuMs,
      maxFrameGapMs: gains(),
      keyframeRequests: named,
      ...ids,
    };
    process.send({ type: 'statistics', statistics });
  };
  report();
  setInterval(report, 500);
  process.send({ type: 'state', state: 'running', version: spec.version });
}

process.on('message', (command) => {
  if (command.type === 'stop') return spec?.layout.background === DEAF ? undefined : end('stopped', 0);
  if (command.type === 'probe') return probe(command.kinds);
  if (command.type === 'image') return pictures.add(command.id);
  const isFirst = spec === null;
  spec = command.spec;
  const names = [spec.layout.backgroundImage, ...spec.seats.map(({ avatar }) => avatar)];
  named += names.filter((id) => pictures.has(id)).length;
  const ending = ends[spec.layout.background];
  if (ending) return ending();
  if (isFirst) begin();
  process.send({ type: 'relief', taken: spec.layout.background === BUSY ? ['preset', 'frame-rate'] : [] });
  process.send({ type: 'applied', version: spec.version });
});
process.on('disconnect', () => process.exit(1));
process.send({ type: 'state', state: 'ready', version: 0 });
setInterval(() => process.send({ type: 'alive' }), 250);
