import type { Page } from '@playwright/test';
import { type ApiClient, createApiClient, urlOf } from '../../src-shared/contract/api-client.ts';
import type { Job } from '../../src-shared/contract/jobs.ts';
import { ADMIN_PASSWORD } from './console.ts';

export interface SignedIn {
  api: ApiClient;
  /** Fetches a path below the console as this person. */
  get(path: string): Promise<Response>;
  send(path: string, contentType: string, body: string): Promise<Response>;
}

/** Signs in over HTTP as any program would, and gives the typed client of the contract. */
export async function signIn(url: string, username = 'admin', password = ADMIN_PASSWORD): Promise<SignedIn> {
  const login = await fetch(url + urlOf('login'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  if (!login.ok) throw new Error(`could not sign in as ${username}: ${await login.text()}`);
  const cookie = login.headers
    .getSetCookie()
    .map((value) => value.split(';')[0])
    .join('; ');
  const fetchLike = (path: string, init: RequestInit) => fetch(path, init);
  return {
    api: createApiClient(fetchLike as never, { baseUrl: url, headers: { cookie } }),
    get: (path) => fetch(url + path, { headers: { cookie } }),
    send: (path, contentType, body) =>
      fetch(url + path, { method: 'POST', headers: { cookie, 'content-type': contentType }, body }),
  };
}

/**
 * The same of whoever is logged in on a page, asked by the page itself: it works in the desktop's window, which speaks
 * to no port, as in a browser's tab.
 */
export function asPerson(page: Page): SignedIn {
  const ask = async (path: string, init: { method: string; headers: Record<string, string>; body?: string }) => {
    const [status, text] = await page.evaluate(
      async ([to, options]) => {
        const answer = await fetch(to, options);
        return [answer.status, await answer.text()] as const;
      },
      [path, init] as const,
    );
    return new Response(status === 204 ? null : text, { status });
  };
  return {
    api: createApiClient((path, { method, headers, body }) =>
      ask(path, { method, headers, ...(body === undefined ? {} : { body }) }),
    ),
    get: (path) => ask(path, { method: 'GET', headers: {} }),
    send: (path, contentType, body) => ask(path, { method: 'POST', headers: { 'content-type': contentType }, body }),
  };
}

/** Waits until a job has ended; throws with its reason when it did not succeed. */
export async function jobDone(api: ApiClient, jobId: number): Promise<Job> {
  return until(async () => {
    const job = await api.getJob({ params: { jobId } });
    if (job.state === 'failed' || job.state === 'cancelled')
      throw new Error(`job ${job.label}: ${job.error?.message ?? job.state}`);
    return job.state === 'succeeded' ? job : null;
  }, 'a job to end');
}

/** Asks again until there is an answer. */
export async function until<T>(
  ask: () => Promise<T | null | undefined | false>,
  what: string,
  seconds = 60,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
