import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const CLOCK = 'mix-clock.js';

/**
 * The worker is a file beside the others, named in the one way that the bundlers of apps know: they make it a file of the
 * app's own, which a strict Content-Security-Policy allows (`worker-src 'self'`). Vite names it for browsers only.
 */
const workerForBundlers: Plugin = {
  name: 'worker-for-bundlers',
  enforce: 'post',
  generateBundle(_, bundle) {
    const made = new RegExp(
      String.raw`/\* @vite-ignore \*/\s*new URL\("${CLOCK}", import\.meta\.url\)\.href,\s*"" \+ import\.meta\.url`,
    );
    const chunk = bundle['mix.js'];
    if (chunk?.type !== 'chunk' || !made.test(chunk.code)) this.error('mix.js has no worker as it was known');
    // With as many lines as before, for the source map.
    chunk.code = chunk.code.replace(made, `"./${CLOCK}",\n\timport.meta.url\n`);
  },
};

/** The package's own code in one file for each entry; what it depends on is the app's to bundle. */
export default defineConfig({
  base: './',
  plugins: [workerForBundlers],
  worker: { format: 'es', rolldownOptions: { output: { entryFileNames: CLOCK } } },
  build: {
    target: 'es2022',
    outDir: 'dist',
    minify: false,
    sourcemap: true,
    lib: {
      entry: { index: at('src/index.ts'), mix: at('src/mix/index.ts'), server: at('src/server/index.ts') },
      formats: ['es'],
    },
    rolldownOptions: { external: ['socket.io-client', /^node:/] },
  },
});
