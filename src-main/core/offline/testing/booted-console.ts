import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_PREFIX } from '../../../../src-shared/contract/routes.ts';
import type { WorkstationState } from '../../../../src-shared/contract/workstation.ts';
import { type BootOptions, bootConsole, type RunningConsole } from '../../app/boot.ts';
import { consolePaths } from '../../app/paths.ts';
import type { Answer } from '../../testing/console.ts';
import { servers } from '../../testing/servers.ts';
import { ASK_MS, PATIENCE_MS } from '../link/link.ts';

const HOST = '127.0.0.1:4780';
export const PASSWORD = 'a password for tests';

/** The embedded engine has one session: behind the work of others it takes longer to say that it is there. */
const askMs = servers.databaseUrl() === null ? 4_000 : ASK_MS;
/** Until then a console notices that its central database answers nothing more. */
export const NOTICED_MS = PATIENCE_MS + 2 * askMs + 500;

/** A whole console as a host boots it, in this process, without a port. */
export interface BootedConsole extends RunningConsole {
  dataDir: string;
  send(method: string, path: string, body?: unknown): Promise<Answer & { ms: number }>;
  signIn(username: string, password: string): Promise<Answer>;
  state(): Promise<WorkstationState>;
  /** Asks for the state until it is as wanted. */
  until(wanted: (state: WorkstationState) => boolean, what: string): Promise<WorkstationState>;
}

export async function bootForTest(
  databaseUrl: string | null,
  dataDir?: string,
  other: Pick<BootOptions, 'ownTime'> & { redisUrl?: string } = {},
): Promise<BootedConsole> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'console-station-')));
  const console_ = await bootConsole({
    askMs,
    headless: true,
    port: 0,
    dataDir: folder,
    demo: false,
    engines: [],
    databaseUrl,
    redisUrl: null,
    adminPassword: PASSWORD,
    sessionIdleHours: 12,
    sessionMaxHours: 168,
    logLevel: process.env.LOG_LEVEL ?? 'silent',
    paths: consolePaths(),
    allowedHosts: [HOST],
    ...other,
  });
  let cookie = '';
  const send: BootedConsole['send'] = async (method, path, body) => {
    const headers = new Headers({ host: HOST, cookie, 'content-type': 'application/json' });
    if (method === 'DELETE') headers.set('if-match', '*');
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const started = performance.now();
    const response = await console_.handle(new Request(`http://${HOST}${API_PREFIX}${path}`, init));
    const text = await response.text();
    const ms = performance.now() - started;
    const set = response.headers.getSetCookie()[0]?.split(';')[0];
    if (set) cookie = set;
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text), ms };
  };
  const state = async () => (await send('GET', '/workstation')).body as WorkstationState;
  return {
    ...console_,
    dataDir: folder,
    send,
    state,
    signIn: (username, password) => send('POST', '/auth/login', { username, password }),
    async until(wanted, what) {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const now = await state();
        if (wanted(now)) return now;
        if (Date.now() > deadline) throw new Error(`waited in vain for ${what}: ${JSON.stringify(now)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}

export const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true });
