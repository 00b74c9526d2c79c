import { randomBytes } from 'node:crypto';
import { asWhom, type Call, callsIn, type Document, type Person, pathOf } from './calls.ts';

export interface Verdict {
  requests: number;
  /** What should have been refused, or told too much; each a sentence. */
  faults: string[];
}
const roles = ['operations', 'warehouse', 'reviewer', 'client-viewer'] as const;
const SCOPE = 'read:clients';
/** Far more than one of a kind: a foreign id that is not there proves nothing, so ids that are there are tried first. */
const NOBODYS = 987_654_321;

/**
 * Attacks a running console over HTTP, by what its own OpenAPI document says: every operation without a session, by each
 * role that it is not open to, by an API token without its scope, by the page of another site, and with ids of another
 * client. It makes people and two clients of its own, and changes nothing else.
 */
export async function attack(url: string, administrator: { username: string; password: string }): Promise<Verdict> {
  const verdict: Verdict = { requests: 0, faults: [] };
  const tail = randomBytes(4).toString('hex');
  const secret = `Foreign-${tail}`;
  const ask = async (call: Call, who: Person, path = pathOf(call, () => 1), headers: Record<string, string> = {}) => {
    verdict.requests++;
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: call.method,
      headers: { 'content-type': 'application/json', ...asWhom(who), ...headers },
      ...(call.method === 'GET' || call.method === 'DELETE' ? {} : { body: '{}' }),
      redirect: 'manual',
    });
    const stream = /event-stream/.test(answer.headers.get('content-type') ?? '');
    if (stream) await answer.body?.cancel();
    return { status: answer.status, text: stream ? '' : await answer.text() };
  };
  const expected = (what: string, call: Call, status: number, wanted: readonly number[]) => {
    if (!wanted.includes(status))
      verdict.faults.push(`${call.method} ${call.path} answered ${status} ${what}, not ${wanted.join(' or ')}.`);
  };

  const admin = await signIn(url, administrator.username, administrator.password);
  const calls = callsIn((await read(url, '/openapi.json', { kind: 'nobody' })) as Document);
  const guarded = calls.filter((call) => call.roles !== null);
  const [foreign, own] = [await makeClient(url, admin, secret), await makeClient(url, admin, `Own-${tail}`)];
  const people = new Map<string, Person>();
  for (const role of roles) {
    const username = `attack-${role}-${tail}`;
    const password = randomBytes(12).toString('hex');
    const clientId = role === 'client-viewer' ? own.clientId : null;
    const person = { username, password, displayName: username, role, clientId, mustChangePassword: false };
    await post(url, admin, '/users', person);
    people.set(role, await signIn(url, username, password));
  }
  const { token } = (await post(url, admin, '/api-tokens', {
    name: `attack ${tail}`,
    scopes: [SCOPE],
    expiresInDays: 1,
  })) as { token: string };

  for (const call of guarded) {
    expected('without a session', call, (await ask(call, { kind: 'nobody' })).status, [401]);
    expected('to a false token', call, (await ask(call, { kind: 'bearer', token: 'x'.repeat(43) })).status, [401]);
    for (const [role, person] of people)
      if (!call.roles!.includes(role)) expected(`to ${role}`, call, (await ask(call, person)).status, [403]);
    if (!call.scopes.includes(SCOPE))
      expected('to a token without its scope', call, (await ask(call, { kind: 'bearer', token })).status, [403]);
    const site = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
    expected('to another site', call, (await ask(call, admin, undefined, site)).status, [403]);
  }
  const viewer = people.get('client-viewer')!;
  for (const call of guarded.filter(({ method, roles: open }) => method === 'GET' && open!.includes('client-viewer'))) {
    for (const id of [foreign.clientId, foreign.brandId, foreign.runId, NOBODYS]) {
      const { status, text } = await ask(
        call,
        viewer,
        pathOf(call, () => id),
      );
      if (text.includes(secret)) verdict.faults.push(`GET ${call.path} told another client’s data for the id ${id}.`);
      if (status === 500) verdict.faults.push(`GET ${call.path} answered 500 for the id ${id}.`);
    }
  }
  return verdict;
}

async function makeClient(url: string, admin: Person, name: string) {
  const idOf = async (path: string, body: object) => ((await post(url, admin, path, body)) as { id: number }).id;
  const clientId = await idOf('/clients', { name });
  const brandId = await idOf('/brands', { name: `${name} brand`, clientId });
  const dates = { startDate: '2026-01-01', endDate: '2026-12-31' };
  const runId = await idOf('/production-runs', { name: `${name} run`, brandId, ...dates });
  return { clientId, brandId, runId };
}

async function signIn(url: string, username: string, password: string): Promise<Person> {
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  if (!answer.ok) throw new Error(`${username} could not sign in: ${await answer.text()}`);
  const cookie = answer.headers.getSetCookie().map((set) => set.split(';', 1)[0] ?? '');
  return { kind: 'session', cookie: cookie.join('; ') };
}

async function read(url: string, path: string, who: Person): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1${path}`, { headers: asWhom(who) });
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function post(url: string, who: Person, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...asWhom(who) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
