/**
 * Where the time of a mix goes: shares, in percent, of the time in which its main thread was busy, by V8's profiler, over
 * the last 20 s of a mix as in `bench/mixer.ts`. Native code counts for the function that called it. `npm run bench --
 * mixer-profile [inputs]`, default 5. The profiler costs some 20 % itself, of JavaScript more than of native code.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MEASURED_MS, measureMix, record } from './mixer';

/** Of V8's .cpuprofile. Times are µs. */
interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[];
  samples: number[];
  timeDeltas: number[];
}

/** By the file of the innermost function that is in one of these. */
const PARTS: [part: string, files: RegExp][] = [
  ['decode', /\/video-decoder\.js$/],
  ['encode', /\/h264-encoder\.js$/],
  ['scale', /\/(tile-painter|scaler|picture|canvas|compositor|colour-converter|name-plate|paint)\.js$/],
  ['sound', /\/(opus-decoder|aac-encoder|audio-mixer|audio-ring|limiter|loudest)\.js$/],
  ['push', /\/(live-gateway|interleaver|mix-messages|rtmp\/[\w-]+)\.js$/],
  [
    'receive',
    /\/(egress-link|conference-inputs|inputs|[\w-]+-input|playout\/[\w-]+|rtp\/[\w-]+)\.js$|node:dgram/,
  ],
];

export async function run([inputs = '5']: string[]): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'lianmai-profile-'));
  try {
    const recordings = await record(folder, Number(inputs));
    const flags = ['--cpu-prof', '--cpu-prof-interval=400', `--cpu-prof-dir=${folder}`];
    const { cores } = await measureMix(recordings, 'veryfast', flags);
    const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'))!;
    const shares = sharesOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile);
    return { inputs: recordings.length, cores: Math.round(cores * 100) / 100, shares };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sharesOf({ nodes, samples, timeDeltas }: Profile): Record<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const partOf = (sample: number): string => {
    const { functionName } = byId.get(sample)!.callFrame;
    if (functionName === '(garbage collector)') return 'gc';
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
      const { url } = byId.get(id)!.callFrame;
      const part = PARTS.find(([, files]) => files.test(url));
      if (part) return part[0];
    }
    return 'rest';
  };
  const times = new Map<string, number>();
  const whole = timeDeltas.reduce((sum, us) => sum + us, 0);
  let [at, busy] = [0, 0];
  for (const [index, sample] of samples.entries()) {
    at += timeDeltas[index]!;
    if (at < whole - MEASURED_MS * 1000 || byId.get(sample)!.callFrame.functionName === '(idle)') continue;
    const part = partOf(sample);
    times.set(part, (times.get(part) ?? 0) + timeDeltas[index]!);
    busy += timeDeltas[index]!;
  }
  const sorted = [...times].sort((a, b) => b[1] - a[1]);
  return Object.fromEntries(sorted.map(([part, us]) => [part, Math.round((us / busy) * 1000) / 10]));
}
