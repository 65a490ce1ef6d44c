/**
 * Builds what is stale and runs the tests in two stages, since browsers, encoders and the app share the machine's
 * cores: unit and integration ones side by side, then real media and the end-to-end stories one at a time. Ends with the
 * sum of both of jest's reports, `N passed, N failed`.
 *
 *   node scripts/test.mjs [jest's arguments, such as a path or -t name]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const given = process.argv.slice(2);
const stages = [
  ['--maxWorkers=2', '--selectProjects', 'unit', 'integration'],
  ['--runInBand', '--selectProjects', 'streaming', 'e2e'],
];

function node(...args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

/** Of one stage; a file that could not even be loaded counts as one failed test. */
function runStage(options, report) {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const ok = node(jest, ...given, '--passWithNoTests', '--json', `--outputFile=${report}`, ...options);
  if (!existsSync(report)) throw new Error(`jest wrote no report (${options.join(' ')})`);
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  return { ok, passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
}

if (!node(join(root, 'scripts/build.mjs'))) process.exit(1);
const folder = mkdtempSync(join(tmpdir(), 'lianmai-report-'));
try {
  const results = stages.map((options, i) => runStage(options, join(folder, `${i}.json`)));
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
