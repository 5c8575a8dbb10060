import { defineConfig } from 'vite'
import { site } from './build/site.ts'

export default defineConfig({
  root: import.meta.dirname,
  base: '/shop/',
  plugins: [site()],
  server: {
    // The tag and the collecting endpoints come from a Nora that runs beside the dev server.
    proxy: { '/nora': 'http://127.0.0.1:8080', '/v1': 'http://127.0.0.1:8080', '/console': 'http://127.0.0.1:8080' },
  },
  build: {
    outDir: '../../dist/www/shop',
    emptyOutDir: true,
    rolldownOptions: { input: 'src/client/main.ts' },
  },
})
