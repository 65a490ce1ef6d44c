/** `npm run bench -- NAME`: runs bench/NAME and prints its figures as one JSON line. Everything else goes to stderr. */
type Bench = { run(args: string[]): Promise<Record<string, unknown>> };

const benches: Record<string, () => Promise<Bench>> = {
  control: () => import('./control.js'),
  'hand-over': () => import('./hand-over.js'),
  im: () => import('./im.js'),
  'go-live': () => import('./go-live.js'),
  latency: () => import('./latency.js'),
  bypass: () => import('./bypass.js'),
  mas: () => import('./mas.js'),
  mixer: () => import('./mixer.js'),
  'mixer-profile': () => import('./mixer-profile.js'),
  faults: () => import('./faults.js'),
  'fan-out': () => import('./fan-out.js'),
  quality: () => import('./quality.js'),
  presets: () => import('./presets.js'),
  recovery: () => import('./recovery.js'),
  seat: () => import('./seat.js'),
  skew: () => import('./skew.js'),
};

async function main(): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2);
  const load = benches[name];
  if (!load) {
    console.error(`usage: npm run bench -- ${Object.keys(benches).join(' | ')}`);
    process.exitCode = 2;
    return;
  }
  const figures = await (await load()).run(args);
  console.log(JSON.stringify({ bench: name, ...figures }));
}

main().then(
  // Browsers and native addons may leave open handles; the work is done.
  () => process.exit(process.exitCode ?? 0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
