import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { pageDocuments } from './tools/build/page-documents.ts';
import { routesAlone } from './tools/build/routes-alone.ts';

const root = import.meta.dirname;
const entry = (...parts: string[]) => join(root, ...parts);

/**
 * One build for both hosts. `main` holds the two hosts (Electron, plain Node) and every worker entry beside them, so
 * that a host finds its workers as files next to itself; dependencies of Node stay in node_modules.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node24',
      sourcemap: true,
      rollupOptions: {
        input: {
          electron: entry('src-main', 'electron', 'main.ts'),
          node: entry('src-main', 'node', 'main.ts'),
          'embedded-database': entry('src-worker', 'embedded-database.ts'),
          fetcher: entry('src-worker', 'fetcher.ts'),
          'status-engine': entry('src-worker', 'status-engine.ts'),
          'row-reader': entry('src-worker', 'row-reader.ts'),
          'map-packer': entry('src-worker', 'map-packer.ts'),
          'key-generator': entry('src-worker', 'key-generator.ts'),
          'report-opener': entry('src-worker', 'report-opener.ts'),
          'demo-simulator': entry('src-main', 'demo', 'simulator-worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: 'node24',
      // A sandboxed preload is CommonJS.
      rollupOptions: {
        input: entry('src-main', 'electron', 'preload.ts'),
        output: { format: 'cjs', entryFileNames: 'preload.cjs' },
      },
    },
  },
  renderer: {
    root: entry('src-renderer'),
    plugins: [
      react(),
      routesAlone(root),
      pageDocuments(root),
      // electron-vite would write relative addresses, which break on a deep link such as /trackers/7.
      { name: 'absolute-base', enforce: 'post', config: () => ({ base: '/' }) },
    ],
    build: {
      outDir: entry('out', 'renderer'),
      target: 'chrome130',
      minify: true,
      sourcemap: true,
      // Data as files, never as data: URLs, which the content security policy does not allow for scripts.
      assetsInlineLimit: 0,
      rollupOptions: {
        input: entry('src-renderer', 'index.html'),
        output: {
          // What is loaded before anything is seen, as few files: the log-in, then what surrounds every page, then its
          // tables. Small modules that many pages share would else be files of their own, with more headers than code.
          codeSplitting: {
            groups: [
              { name: 'initial', tags: ['$initial'], priority: 4 },
              { name: 'login', test: /src-renderer.pages.access.login.LoginPage/, priority: 3 },
              { name: 'layout', test: /src-renderer.layout.AppLayout/, priority: 2 },
              { name: 'tables', test: /src-renderer.components.(DataTable|Page|table)/, priority: 1 },
            ],
          },
        },
      },
    },
  },
});
