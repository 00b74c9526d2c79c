import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { acceptedCodings, type Coding, codings, hasTag } from './content-coding.ts';
import { pageDocument } from './page-document.ts';

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
  '.pmtiles': 'application/octet-stream',
};

/**
 * Nothing comes from elsewhere except images from the named origins: a tile server that an administrator has set.
 * Styles are set by scripts.
 */
const policy = (imageOrigins: readonly string[]) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    ["img-src 'self' data: blob:", ...imageOrigins].join(' '),
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self' blob:",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');

const headers = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};
/** What binds a page. The station reads codes by camera. */
const pageHeaders = {
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), usb=(), serial=()',
};
/** A page loads dozens of files, so theirs is short: it binds workers, and pictures that are opened by themselves. */
const filePolicy = "default-src 'self'; frame-ancestors 'none'";

/**
 * Serves the built renderer from a folder, for both hosts. A path without a file is a screen of the app and gets
 * the document of the page, or index.html; a missing asset is a 404; nothing outside the folder is ever read. What the build compressed is sent so to
 * those who take it.
 * @param imageOrigins asked for each page: what its images may come from besides the console
 */
export function createStaticFiles(
  folder: string,
  imageOrigins: () => Promise<readonly string[]> = async () => [],
): (request: Request) => Promise<Response> {
  const root = normalize(folder);
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return new Response('Method not allowed', { status: 405, headers: { ...headers, allow: 'GET, HEAD' } });
    }
    const wanted = decodePath(new URL(request.url).pathname);
    if (wanted === null) return new Response('Bad path', { status: 400, headers });
    const path = normalize(join(root, wanted));
    const inside = path === root || path.startsWith(root + sep);
    if (!inside) return new Response('Not found', { status: 404, headers });
    const served = extname(path) === '' ? await pageDocument(root, wanted) : path;
    const isPage = extname(served) === '.html';
    const found = await stat(served).catch(() => null);
    if (!found?.isFile()) return new Response('Not found', { status: 404, headers });
    const { coding, body } = await bestOf(served, request);
    const tag = tagOf(body);
    const answer = {
      ...headers,
      ...(isPage
        ? { ...pageHeaders, 'content-security-policy': policy(await imageOrigins()) }
        : { 'content-security-policy': filePolicy }),
      // Built assets carry a hash in their name; the page itself must always be the current one.
      'cache-control': served.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: tag,
      vary: 'accept-encoding',
    };
    if (hasTag(request.headers.get('if-none-match'), tag)) return new Response(null, { status: 304, headers: answer });
    return new Response(request.method === 'HEAD' ? null : body, {
      headers: {
        ...answer,
        'content-type': contentTypes[extname(served)] ?? 'application/octet-stream',
        ...(coding === null ? {} : { 'content-encoding': coding }),
      },
    });
  };
}

/** The smallest form of a file that the client takes. */
async function bestOf(path: string, request: Request): Promise<{ coding: Coding | null; body: Buffer<ArrayBuffer> }> {
  for (const coding of acceptedCodings(request.headers.get('accept-encoding'))) {
    const body = await readFile(path + codings[coding]).catch(() => null);
    if (body !== null) return { coding, body };
  }
  return { coding: null, body: await readFile(path) };
}

/** An entity tag by content. Each form of a file has its own, since its bytes are others. */
const tagOf = (body: Buffer) => `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;

function decodePath(path: string): string | null {
  try {
    const decoded = decodeURIComponent(path);
    return decoded.includes('\0') ? null : decoded;
  } catch {
    return null;
  }
}
