/**
 * The API's documents, and the codes for its client, made from the controllers and src/contracts by TypeScript's
 * compiler.
 *
 *   node scripts/api.mjs generate   writes them
 *   node scripts/api.mjs check      fails when one of them is not what the sources say
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asyncapi } from './api/asyncapi.mjs';
import { codes } from './api/codes.mjs';
import { masSchema } from './api/mas-schema.mjs';
import { openapi } from './api/openapi.mjs';
import { loadProgram, root } from './api/program.mjs';

const command = process.argv[2];
if (command !== 'generate' && command !== 'check') throw new Error('generate or check?');

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const program = loadProgram();
const json = (document) => `${JSON.stringify(document, null, 2)}\n`;
const made = {
  'docs/api/openapi.json': json(openapi(program, version)),
  'docs/api/asyncapi.json': json(asyncapi(program, version)),
  'docs/api/mas.schema.json': json(masSchema(program)),
  'sdk/src/codes.ts': await codes(program, join(root, 'sdk/src/codes.ts')),
};

for (const [path, text] of Object.entries(made)) {
  const file = join(root, path);
  if (command === 'generate') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${path}`);
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${path} is not what the sources say; run \`npm run api:generate\``);
    process.exitCode = 1;
  } else {
    console.log(`${path} is what the sources say`);
  }
}
