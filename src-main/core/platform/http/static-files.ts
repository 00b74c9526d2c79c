import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
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
    "worker-src 'self' blob:",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');

const headers = {
  'content-security-policy': policy([]),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=()',
};

/**
 * Serves the built renderer from a folder, for both hosts. A path without a file is a screen of the app and gets
 * index.html; a missing asset is a 404; nothing outside the folder is ever read.
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
    const isAsset = extname(path) !== '';
    const served = isAsset ? path : join(root, 'index.html');
    const found = await stat(served).catch(() => null);
    if (!found?.isFile()) return new Response('Not found', { status: 404, headers });
    return new Response(request.method === 'HEAD' ? null : await readFile(served), {
      headers: {
        ...headers,
        ...(isAsset ? {} : { 'content-security-policy': policy(await imageOrigins()) }),
        'content-type': contentTypes[extname(served)] ?? 'application/octet-stream',
        // Built assets carry a hash in their name; the page itself must always be the current one.
        'cache-control': served.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
      },
    });
  };
}

function decodePath(path: string): string | null {
  try {
    const decoded = decodeURIComponent(path);
    return decoded.includes('\0') ? null : decoded;
  } catch {
    return null;
  }
}
