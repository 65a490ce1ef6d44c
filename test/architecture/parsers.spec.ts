import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** Parse what we wrote ourselves, or what the person at the terminal did. Everybody else takes `parseJson`. */
const OWN_FILES = {
  'src/shared/bounded-json.ts': 'is the parser of all others',
  'src/platform/config/config.ts': 'the environment',
  'src/platform/database/embedded-postgres/binaries.ts': 'files of the package',
  'src/platform/database/embedded-postgres/cluster.ts': 'a file of ours, beside the data',
  'src/platform/idempotency/sealed-answers.ts': 'what we sealed',
  'src/media/mixer/mcu/fonts.ts': 'files of the package',
  'src/roles/process/data-dir.ts': 'files of ours in DATA_DIR',
  'src/roles/http/docs.ts': 'the checked-in documents',
  'src/demo/cli.ts': 'a file of ours in DATA_DIR',
  'src/demo/demo-api.ts': 'a client, of our own server',
  'src/demo/synthetic/synthetic-participant.ts': 'a client, of our own server',
};

/** Without a bound for depth: `JSON.parse`, and `.json()` of an answer. */
const BARE = /\bJSON\.parse\(|\.json\(\)/;

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => `${folder}/${file}`)
    .sort();
}

describe('what comes from outside', () => {
  it('is parsed by parseJson, which bounds its depth', () => {
    const files = sourcesBelow('src').filter((file) => BARE.test(readFileSync(join(root, file), 'utf8')));
    expect(files).toEqual(Object.keys(OWN_FILES).sort());
  });

  it('would be found where it is not', () => {
    for (const line of ['JSON.parse(text)', 'await response.json()']) expect(line).toMatch(BARE);
    expect('parseJson(text)').not.toMatch(BARE);
  });
});
