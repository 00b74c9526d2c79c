import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listedPages, pageDocuments } from './page-documents.ts';

const root = join(import.meta.dirname, '..', '..');
const id = (file: string) => `${root}/src-renderer/${file}`;

it('reads each page of the table of routes', () => {
  const pages = listedPages(readFileSync(id('routes.tsx'), 'utf8'));
  expect(pages).toContainEqual({ path: '/map', file: 'pages/map/MapPage.tsx' });
  expect(pages).toContainEqual({ path: '/trackers/:trackerId', file: 'pages/trackers/tracker/TrackerPage.tsx' });
  expect(pages.length).toBeGreaterThan(20);
});

it('names what a page and its layout need, and nothing that the document names itself', () => {
  const others = listedPages(readFileSync(id('routes.tsx'), 'utf8')).map(({ file }) => id(file));
  const bundle = {
    'main.js': { type: 'chunk', moduleIds: [id('main.tsx')], imports: ['base.js'] },
    'base.js': { type: 'chunk', moduleIds: [] },
    'layout.js': { type: 'chunk', moduleIds: [id('layout/AppLayout.tsx')], imports: ['main.js'] },
    'map.js': {
      type: 'chunk',
      moduleIds: [id('pages/map/MapPage.tsx')],
      // Chunks may import one another.
      imports: ['leaflet.js', 'base.js', 'layout.js'],
      viteMetadata: { importedCss: new Set(['map.css']) },
    },
    'leaflet.js': { type: 'chunk', moduleIds: [], imports: ['map.js'] },
    'others.js': { type: 'chunk', moduleIds: others },
    'map.css': { type: 'asset' },
    'index.html': { type: 'asset', source: '<head><title>app</title></head>' },
  };
  const written: Record<string, string> = {};
  const emitFile = ({ fileName, source }: { fileName: string; source: string }) => {
    written[fileName] = source;
  };
  pageDocuments(root).generateBundle.handler.call({ emitFile }, {}, bundle);
  const documents = JSON.parse(written['documents.json']!);
  const linked = (path: string) =>
    [...written[documents[path]]!.matchAll(/<link (.+?) crossorigin href="\/(.+?)">/g)].map(([, rel, file]) => [
      file,
      rel,
    ]);
  expect(linked('/map').sort()).toEqual([
    ['layout.js', 'rel="modulepreload"'],
    ['leaflet.js', 'rel="modulepreload"'],
    ['map.css', 'rel="preload" as="style"'],
    ['map.js', 'rel="modulepreload"'],
  ]);
  expect(linked('/trackers').map(([file]) => file)).toEqual(['layout.js', 'others.js']);
  expect(new Set(Object.values(documents)).size).toBe(others.length);
  expect(written[documents['/map']]).toContain('<title>app</title>');
});
