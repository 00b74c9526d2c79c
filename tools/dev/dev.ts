import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { createServer, type InlineConfig, mergeConfig, type UserConfig } from 'vite';
import electronViteConfig from '../../electron.vite.config.ts';
import { parseOptions } from '../../src-main/core/app/options.ts';
import { preparedEngine } from '../../src-main/core/platform/db/prepared-engine.ts';
import { API_PREFIX } from '../../src-shared/contract/routes.ts';
import { buildFonts } from '../build/fonts.ts';
import { buildMap } from '../build/map/build-map.ts';
import { buildP224 } from '../build/p224.ts';
import { prepareEngine } from '../build/prepared-engine.ts';
import { freePort, toCore } from './addresses.ts';
import { keepRestarting } from './restarting.ts';
import { coreFolders, restartsCore } from './watched.ts';

// `npm run dev`: the renderer from Vite with hot reload, and behind it the headless core from its sources, started again
// when they change. Takes the console's flags; --inspect lets a debugger attach to the core and its workers.

const root = join(import.meta.dirname, '..', '..');
const given = process.argv.slice(2);
const flags = given.filter((flag) => flag !== '--inspect');
// Data of its own in the checkout: unfinished migrations must not reach the console that somebody works with.
// A copy: what it takes out of the environment, the core that is started below needs.
const options = parseOptions(flags, join(root, '.data', flags.includes('--demo') ? 'demo' : 'dev'), { ...process.env });
if (options.tlsCert !== null || options.tlsKey !== null)
  fail('npm run dev speaks HTTP on 127.0.0.1 only. Leave TLS out.');
const ports = { seen: options.port || (await freePort()), core: await freePort() };
const names = ['127.0.0.1', 'localhost', ...options.hostNames];

if (options.databaseUrl === null) {
  if (!existsSync(preparedEngine(root).snapshot)) console.log('Preparing the embedded database …');
  await prepareEngine(root);
}
await buildMap(root);
await buildFonts(root);
const development: InlineConfig = {
  configFile: false,
  cacheDir: join(root, 'out', 'vite'),
  clearScreen: false,
  server: {
    host: '127.0.0.1',
    port: ports.seen,
    strictPort: true,
    cors: false,
    allowedHosts: [...options.hostNames],
    // Not the whole checkout, which may hold data and keys.
    fs: {
      allow: ['src-renderer', 'src-shared', 'node_modules', join('out', 'map'), join('out', 'fonts')].map((name) =>
        realpathSync(join(root, name)),
      ),
    },
    proxy: {
      [`${API_PREFIX}/`]: {
        target: `http://127.0.0.1:${ports.core}`,
        // Requests wait while the core starts.
        async bypass(request, response) {
          toCore(request.headers, names, ports);
          if (await core.settled()) return;
          response?.writeHead(502).end('The core is not running. See what npm run dev printed.');
          return request.url;
        },
      },
    },
  },
};
const vite = await createServer(mergeConfig((electronViteConfig as { renderer: UserConfig }).renderer, development));
try {
  await vite.listen();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

console.log('Starting the core …');
const core = keepRestarting({
  async start() {
    await buildP224();
    const own = ['--headless', '--listen', '127.0.0.1', '--port', `${ports.core}`, '--data-dir', options.dataDir];
    return spawn(
      process.execPath,
      [...(given.includes('--inspect') ? ['--inspect'] : []), join('src-main', 'node', 'main.ts'), ...flags, ...own],
      // In a group of its own, so that Ctrl-C reaches it once, by us: a second signal would cut its ending short.
      { cwd: root, detached: process.platform !== 'win32', stdio: ['ignore', 'pipe', 'pipe'] },
    );
  },
  isReady: (line) => line.includes(`:${ports.core}/`),
  print: (line) => console.log(line.replace(`:${ports.core}/`, `:${ports.seen}/`)),
});

vite.watcher.add(coreFolders.map((folder) => join(root, folder)));
vite.watcher.on('all', (event, path) => {
  const file = relative(root, path).split(sep).join('/');
  if (event.endsWith('Dir') || !restartsCore(file)) return;
  console.log(`${file} changed: the core starts again …`);
  core.restart();
});

let stopped: Promise<unknown> | null = null;
async function stop(): Promise<void> {
  stopped ??= Promise.all([core.stop(), vite.close()]);
  await stopped;
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
