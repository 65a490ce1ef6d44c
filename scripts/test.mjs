/**
 * Builds what is stale and runs the tests in stages, since browsers, encoders and the app share the machine's
 * cores: unit and integration ones side by side, then the client's against running systems, then real media and the
 * end-to-end stories one at a time. Ends with the sum of jest's reports, `N passed, N failed`.
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
  ['--maxWorkers=2', '--selectProjects', 'sdk'],
  ['--runInBand', '--selectProjects', 'streaming', 'e2e'],
];

function node(...args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

/** The names of tests that say themselves why they were left out; jest only counts them. */
function leftOut({ testResults }) {
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status, fullName }) => status === 'pending' && fullName.includes('left out'))
    .map(({ fullName }) => fullName);
}

/** Of one stage; a file that could not even be loaded counts as one failed test. */
function runStage(options, report) {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const ok = node(jest, ...given, '--passWithNoTests', '--json', `--outputFile=${report}`, ...options);
  if (!existsSync(report)) throw new Error(`jest wrote no report (${options.join(' ')})`);
  const read = JSON.parse(readFileSync(report, 'utf8'));
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = read;
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return { ok, passed: numPassedTests, failed, leftOut: leftOut(read) };
}

if (!node(join(root, 'scripts/build.mjs'))) process.exit(1);
const folder = mkdtempSync(join(tmpdir(), 'lianmai-report-'));
try {
  const results = stages.map((options, i) => runStage(options, join(folder, `${i}.json`)));
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
  for (const name of results.flatMap((result) => result.leftOut)) console.log(`not tested: ${name}`);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
