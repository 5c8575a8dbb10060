import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  server: {
    // The API comes from a Nora that runs beside the dev server.
    proxy: { '/v1': 'http://127.0.0.1:8080', '/shop': 'http://127.0.0.1:8080' },
  },
  build: {
    outDir: '../../dist/www/console',
    emptyOutDir: true,
    // The chart library is half of everything; it is loaded apart, after the page is there.
    chunkSizeWarningLimit: 700,
  },
})
