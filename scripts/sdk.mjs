/**
 * The client for apps as a package: one JavaScript file and one of types for each entry, and the report of its public
 * surface, which is reviewed with each change.
 *
 *   node scripts/sdk.mjs build    makes sdk/dist
 *   node scripts/sdk.mjs report   and writes sdk/etc
 *   node scripts/sdk.mjs check    and fails where sdk/etc is not what the sources say
 */
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
const sdk = join(root, 'sdk');
const at = (path) => join(sdk, path);
/** Its name, and where its types come from. */
const ENTRIES = { client: 'index', mix: 'mix/index', server: 'server/index' };
const command = process.argv[2];
if (!['build', 'report', 'check'].includes(command)) throw new Error('build, report or check?');

function declarations() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['-p', at('tsconfig.build.json'), '--pretty'];
  const { status } = spawnSync(process.execPath, [tsc, ...options], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/** One file of types of all that an entry exports, and the report of it. @returns whether the report is as it was */
function rollUp(name, entry) {
  const quiet = { default: { logLevel: 'none' } };
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: sdk,
      mainEntryPointFilePath: at(`dist/types/sdk/src/${entry}.d.ts`),
      compiler: { tsconfigFilePath: at('tsconfig.build.json') },
      apiReport: {
        enabled: command !== 'build',
        reportFileName: `${name}.api.md`,
        reportFolder: at('etc'),
        reportTempFolder: at('dist/etc'),
      },
      dtsRollup: { enabled: true, untrimmedFilePath: at(`dist/${name === 'client' ? 'index' : name}.d.ts`) },
      docModel: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: quiet,
        extractorMessageReporting: quiet,
        tsdocMessageReporting: quiet,
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: at('package.json'),
  });
  const { succeeded, apiReportChanged } = Extractor.invoke(config, {
    localBuild: command === 'report',
    messageCallback: (message) => (message.handled = true),
  });
  return command === 'check' ? !apiReportChanged : succeeded;
}

/** Of what an app's visitors load: the client with Socket.IO, minified, gzipped, bytes. */
async function bundleBytes() {
  const { output } = await build({
    root: sdk,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: true,
      lib: { entry: at('src/index.ts'), formats: ['es'], fileName: 'all' },
    },
  }).then(([one]) => one);
  return output.reduce((sum, { code = '' }) => sum + gzipSync(code).length, 0);
}

rmSync(at('dist'), { recursive: true, force: true });
await build({ root: sdk, configFile: at('vite.config.mts'), logLevel: 'error' });
declarations();
for (const [name, entry] of Object.entries(ENTRIES)) {
  if (rollUp(name, entry)) continue;
  console.error(
    `sdk/etc/${name}.api.md is not what the sources say; run \`npm run sdk:report\` and review it`,
  );
  process.exitCode = 1;
}
rmSync(at('dist/types'), { recursive: true });
rmSync(at('dist/etc'), { recursive: true, force: true });
const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
console.log(
  `@lianmai/client ${version}: ${((await bundleBytes()) / 1024).toFixed(1)} KiB gzipped with Socket.IO`,
);
