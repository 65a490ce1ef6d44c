/**
 * Builds what is stale and writes the gallery of pages into docs/images/, for people to look at.
 *
 *   node scripts/screenshots.mjs [part of a name in test/gallery, such as studio]
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const run = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
const [name = ''] = process.argv.slice(2);
const pattern = `test/gallery/[^/]*${name}[^/]*\\.gallery\\.ts$`;
const jest = [join(root, 'node_modules/jest/bin/jest.js'), '--runInBand', '--selectProjects', 'gallery'];
process.exitCode = run(join(root, 'scripts/build.mjs')) || run(...jest, '--testPathPatterns', pattern);
