import { join } from 'node:path';
import { bootConsole, type RunningConsole } from '../core/app/boot.ts';
import { type ConsoleOptions, parseOptions } from '../core/app/options.ts';
import { consolePaths } from '../core/app/paths.ts';
import { imageOrigins } from '../core/map/image-origins.ts';
import { AppError } from '../core/platform/errors.ts';
import { createStaticFiles } from '../core/platform/http/static-files.ts';
import { defaultDataDir } from './default-data-dir.ts';
import { hostHandler } from './host-handler.ts';
import { listen } from './listen.ts';
import { listenAddress } from './listen-address.ts';

/** The headless host: the same console in any browser of this machine, or with TLS of others. */
const beforeStop: (() => Promise<void>)[] = [];

try {
  await run(parseOptions(process.argv.slice(2), defaultDataDir()));
} catch (error) {
  console.error(error instanceof AppError ? error.message : error);
  process.exit(1);
}

async function run(options: ConsoleOptions): Promise<void> {
  const address = await listenAddress(options);
  const paths = consolePaths();
  const allowedHosts: string[] = [];
  const logFile = join(options.dataDir, 'logs', 'console.log');
  const console_ = await bootConsole({ ...options, paths, allowedHosts, logFile });
  const files = createStaticFiles(paths.renderer, () => imageOrigins(console_.parts.db));
  const handle = hostHandler({ api: console_.handle, files, allowedHosts, tls: address.tls !== undefined });
  const server = await listen(address.host, options.port, handle, { tls: address.tls }).catch(async (error) => {
    await console_.stop();
    throw error;
  });
  allowedHosts.push(...address.hosts(server.port));
  stopOnSignals(async () => {
    const closed = server.close();
    // Each open window holds one, and would be waited for.
    console_.parts.eventStreams.closeAll();
    await closed;
    await console_.stop();
  });
  announce(address.url(server.port), options, console_, logFile);
  if (options.demo) await startDemo(console_, options.adminPassword);
}

function announce(
  url: string,
  options: ConsoleOptions,
  { createdKeys, advice }: RunningConsole,
  logFile: string,
): void {
  console.log(`\n  Tracker console: ${url}`);
  console.log(`  data: ${options.dataDir}   log: ${logFile}`);
  if (createdKeys) {
    console.log(`  The key of this console was made: ${createdKeys.keyFile}`);
    console.log(`  Its recovery kit: ${createdKeys.recoveryKit}. Print it, put it in a safe, and delete the file.`);
  }
  for (const sentence of advice) console.log(`  ${sentence}`);
  console.log('  Ctrl-C stops it.\n');
}

async function startDemo({ parts }: RunningConsole, adminPassword: string | null): Promise<void> {
  console.log('  Preparing the demo company …');
  const { startDemo } = await import('../demo/run.ts');
  const demo = await startDemo({
    database: parts.db,
    keyring: parts.keyring,
    now: parts.now,
    randomBytes: parts.randomBytes,
    // For the pictures of the specs, which show the same devices on every machine.
    sameKeys: process.env.CONSOLE_DEMO_SAME_KEYS === '1',
    log: parts.log,
    adminPassword,
  });
  beforeStop.push(() => demo.close());
  // A later start knows the accounts, but not their passwords.
  console.log(`  The demo company is ready.${demo.accounts.length > 0 ? ' Log in as:' : ''}`);
  for (const { username, password, role } of demo.accounts)
    console.log(`    ${role.padEnd(14)} ${username.padEnd(12)} ${password}`);
  console.log('');
}

/** The first signal stops in order; a second one is for a person who does not want to wait. */
function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, async () => {
      if (stopping) process.exit(1);
      stopping = true;
      console.log('Stopping …');
      for (const step of beforeStop) await step().catch(() => undefined);
      await stop();
      process.exit(0);
    });
  }
}
