import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the plugin reads of a chunk of the bundle. */
interface Chunk {
  type: string;
  moduleIds?: string[];
  imports?: string[];
  viteMetadata?: { importedCss: Set<string> };
  source?: string | Uint8Array;
}
interface Emitter {
  emitFile(file: { type: 'asset'; fileName: string; source: string }): void;
}

/** The pages that the layout surrounds, as the table of routes lists them: path and file of each. */
export function listedPages(routes: string): { path: string; file: string }[] {
  const table = /const pages: RouteObject\[\] = \[([\s\S]*?)\n\];/.exec(routes)?.[1];
  if (table === undefined) throw new Error('routes.tsx has no list of pages');
  const found = [...table.matchAll(/page\(\s*'([^']+)',[^,]+,\s*\(\) => import\('\.\/([^']+)'\)/g)];
  if (found.length !== table.split('import(').length - 1) throw new Error('a page in routes.tsx is written otherwise');
  return found.map(([, path, file]) => ({ path: path!, file: file! }));
}

/** A style is asked for as the bundle's own loader does it, or it would be loaded twice. */
const linkTo = (file: string): string =>
  `<link ${file.endsWith('.css') ? 'rel="preload" as="style"' : 'rel="modulepreload"'} crossorigin href="/${file}">`;

/**
 * Plugin of the renderer's build: a document for each page that names the files it needs, and `documents.json`, which
 * says which is whose. From `index.html` a browser would learn of them only when the first ones have run.
 */
export function pageDocuments(root: string) {
  const renderer = join(root, 'src-renderer').replaceAll('\\', '/');
  return {
    name: 'page-documents',
    apply: 'build' as const,
    enforce: 'post' as const,
    generateBundle: {
      // After what writes index.html.
      order: 'post' as const,
      handler(this: Emitter, _options: unknown, bundle: Record<string, Chunk>) {
        const holding = (file: string): string => {
          const found = Object.entries(bundle).find(([, { moduleIds }]) => moduleIds?.includes(`${renderer}/${file}`));
          if (!found) throw new Error(`no chunk holds ${file}`);
          return found[0];
        };
        const filesOf = (name: string, into = new Set<string>()): Set<string> => {
          if (into.has(name)) return into;
          into.add(name);
          for (const next of bundle[name]?.imports ?? []) filesOf(next, into);
          for (const style of bundle[name]?.viteMetadata?.importedCss ?? []) into.add(style);
          return into;
        };
        const named = filesOf(holding('main.tsx'));
        const layout = filesOf(holding('layout/AppLayout.tsx'));
        const document = String(bundle['index.html']?.source);
        const documents: Record<string, string> = {};
        for (const { path, file } of listedPages(readFileSync(join(renderer, 'routes.tsx'), 'utf8'))) {
          const needed = new Set([...layout, ...filesOf(holding(file))]);
          const links = [...needed].filter((name) => !named.has(name)).map(linkTo);
          const fileName = `documents/${path.replace(/\W+/g, '-').slice(1) || 'start'}.html`;
          const source = document.replace('</head>', `${links.join('')}</head>`);
          this.emitFile({ type: 'asset', fileName, source });
          documents[path] = fileName;
        }
        this.emitFile({ type: 'asset', fileName: 'documents.json', source: JSON.stringify(documents) });
      },
    },
  };
}
