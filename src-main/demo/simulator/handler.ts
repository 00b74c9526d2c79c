import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { isAuthorized } from './access.ts';
import { type AnswerForm, answerBody, answerItems } from './answers.ts';
import { answerControl } from './control.ts';
import { type Answer, bare, json } from './http-answer.ts';
import { mishapOf } from './mishaps.ts';
import { seededRandom } from './random.ts';
import { readHaystack, readNewer, readOlder } from './requests.ts';
import type { Running } from './simulator.ts';

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const forms: Record<string, AnswerForm> = {
  '/acsnservice/fetch': 'older',
  '/findmyservice/v2/fetch': 'newer',
  '/': 'haystack',
};

/** The server's one listener: both of Apple's forms, the haystack form, anisette, and the simulator's own control. */
export function createHandler(running: Running): RequestListener {
  let requests = 0;

  const fetchReports = async (
    form: AnswerForm,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<Answer> => {
    const { options, faults, store, stats } = running;
    const body = await readJson(incoming);
    const request = requests++;
    const now = options.now();
    const asked = form === 'older' ? readOlder(body) : form === 'newer' ? readNewer(body) : readHaystack(body, now);
    const ended = options.observe?.(asked?.entries.flatMap((entry) => entry.ids) ?? []);
    if (ended) outgoing.once('close', ended);
    if (faults.delayMs > 0) await wait(faults.delayMs);
    const credentials = form === 'haystack' ? options.haystackCredentials : options.appleCredentials;
    if (!isAuthorized(incoming.headers, credentials)) {
      return bare(401, form === 'haystack' ? { 'www-authenticate': 'Basic realm="Auth Realm"' } : {});
    }
    if (form !== 'haystack' && !running.anisette.accepts(incoming.headers, options.check, now)) return bare(401);
    const mishap = mishapOf(request, faults, options.seed);
    if (mishap) {
      stats.mishaps[mishap.fault] = (stats.mishaps[mishap.fault] ?? 0) + 1;
      return mishap;
    }
    if (!asked) return bare(form === 'haystack' ? 501 : 400);
    const items = answerItems(store, asked, form, { faults, seed: options.seed, request, now });
    stats.reports += items.length;
    const undated = seededRandom(options.seed, 'noDatePublished', request).chance(faults.noDatePublished);
    return json(200, answerBody(form, items, !undated));
  };

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<Answer> => {
    const path = new URL(incoming.url ?? '/', 'http://127.0.0.1').pathname;
    running.stats.requests[path] = (running.stats.requests[path] ?? 0) + 1;
    if (path.startsWith('/simulator/')) return answerControl(running, incoming, path, () => readJson(incoming));
    const form = forms[path];
    if (!form) return bare(404);
    if (incoming.method === 'POST') return fetchReports(form, incoming, outgoing);
    if (incoming.method === 'GET' && path === '/') return json(200, running.anisette.issue(running.options.now()));
    return bare(405);
  };

  return (incoming, outgoing) => {
    answer(incoming, outgoing)
      .catch((error: unknown) => json(400, { error: error instanceof Error ? error.message : 'bad request' }))
      .then((result) => {
        const { statuses } = running.stats;
        statuses[result.status] = (statuses[result.status] ?? 0) + 1;
        send(outgoing, result);
      });
  };
}

function send(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** The body as JSON; undefined when it is none. Rejects when it is too large. */
async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of incoming as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > MAX_BODY_BYTES) throw new RangeError('the request is too large');
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    return undefined;
  }
}
