import type { RouteSpec } from '../../../../src-shared/contract/route.ts';
import type { Outcome } from './execute.ts';
import type { FileAnswer } from './handler.ts';
import { securityHeaders } from './security-headers.ts';
import { etagOf } from './versions.ts';

/** RFC 6266 with RFC 8187 for what is not ASCII; control characters and quotes can't break out. */
function contentDisposition(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/**
 * Turns what a handler returned into the route's kind of answer. `checkOutput` throws if the answer breaks the
 * contract.
 */
export function respond(spec: RouteSpec, outcome: Outcome, requestId: string, checkOutput: boolean): Response {
  const headers = securityHeaders(requestId);
  for (const [name, value] of outcome.responseHeaders) headers.append(name, value);
  const { status } = outcome;
  switch (spec.output.kind) {
    case 'none':
      return new Response(null, { status, headers });
    case 'events': {
      const events = outcome.answer as Response;
      for (const [name, value] of events.headers) headers.set(name, value);
      return new Response(events.body, { status: events.status, headers });
    }
    case 'file': {
      const file = outcome.answer as FileAnswer;
      headers.set('content-type', file.contentType);
      if (file.fileName !== undefined) headers.set('content-disposition', contentDisposition(file.fileName));
      return new Response(file.body as ReadableStream<Uint8Array>, { status: file.status ?? status, headers });
    }
    case 'json': {
      if (checkOutput) {
        const checked = spec.output.schema.safeParse(outcome.answer);
        if (!checked.success) throw new Error(`the answer breaks the contract: ${checked.error.message}`);
      }
      headers.set('content-type', 'application/json');
      const version = (outcome.answer as { version?: unknown } | null)?.version;
      if (typeof version === 'number') headers.set('etag', etagOf(version));
      return new Response(JSON.stringify(outcome.answer), { status, headers });
    }
  }
}
