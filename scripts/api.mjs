/**
 * The API's documents, made from the controllers and src/contracts by TypeScript's compiler.
 *
 *   node scripts/api.mjs generate   writes docs/api/openapi.json and docs/api/asyncapi.json
 *   node scripts/api.mjs check      fails when they are not what the sources say
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncapi } from './api/asyncapi.mjs';
import { openapi } from './api/openapi.mjs';
import { loadProgram, root } from './api/program.mjs';

const command = process.argv[2];
if (command !== 'generate' && command !== 'check') throw new Error('generate or check?');

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const program = loadProgram();
const documents = { 'openapi.json': openapi(program, version), 'asyncapi.json': asyncapi(program, version) };

const folder = join(root, 'docs/api');
mkdirSync(folder, { recursive: true });
for (const [name, document] of Object.entries(documents)) {
  const file = join(folder, name);
  const text = `${JSON.stringify(document, null, 2)}\n`;
  if (command === 'generate') {
    writeFileSync(file, text);
    console.log(`wrote docs/api/${name}`);
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`docs/api/${name} is not what the sources say; run \`npm run api:generate\``);
    process.exitCode = 1;
  } else {
    console.log(`docs/api/${name} is what the sources say`);
  }
}
