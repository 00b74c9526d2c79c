import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether a path is one of a route's, such as `/trackers/:trackerId`. */
function fits(path: string, route: string): boolean {
  const [given, wanted] = [path.split('/'), route.split('/')];
  return given.length === wanted.length && wanted.every((part, n) => part.startsWith(':') || part === given[n]);
}

/**
 * The document of a path: that of its page, which names the page's files so that they are loaded at once
 * (`tools/build/page-documents.ts`), or index.html, which any page starts from.
 */
export async function pageDocument(root: string, path: string): Promise<string> {
  const text = await readFile(join(root, 'documents.json'), 'utf8').catch(() => '{}');
  const documents = Object.entries(JSON.parse(text) as Record<string, string>);
  return join(root, documents.find(([route]) => fits(path, route))?.[1] ?? 'index.html');
}
