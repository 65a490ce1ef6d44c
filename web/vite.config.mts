import vue from '@vitejs/plugin-vue';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const sdk = (path: string) => fileURLToPath(new URL(`../sdk/src/${path}`, import.meta.url));

/** The application itself, when it runs beside `npx vite web`. */
const backend = 'http://localhost:8080';

export default defineConfig({
  plugins: [vue()],
  // Its sources: what the pages run on is what is released.
  resolve: {
    alias: { '@lianmai/client/mix': sdk('mix/index.ts'), '@lianmai/client': sdk('index.ts') },
  },
  build: { target: 'es2022', chunkSizeWarningLimit: 800 },
  server: {
    proxy: {
      '/v1': backend,
      '/socket.io': { target: backend, ws: true },
    },
  },
});
