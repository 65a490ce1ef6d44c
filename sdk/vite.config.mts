import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The package's own code in one file for each entry; what it depends on is the app's to bundle. */
export default defineConfig({
  build: {
    target: 'es2022',
    outDir: 'dist',
    minify: false,
    sourcemap: true,
    lib: {
      entry: { index: at('src/index.ts'), server: at('src/server/index.ts') },
      formats: ['es'],
    },
    rolldownOptions: { external: ['socket.io-client', /^node:/] },
  },
});
