import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** The application itself, when it runs beside `npx vite web`. */
const backend = 'http://localhost:8080';

export default defineConfig({
  plugins: [vue()],
  build: { target: 'es2022', chunkSizeWarningLimit: 800 },
  server: {
    proxy: {
      '/v1': backend,
      '/socket.io': { target: backend, ws: true },
    },
  },
});
