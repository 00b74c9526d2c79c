/** One message of an event stream. */
export interface StreamMessage {
  event: string;
  data: string;
  id: string | null;
}

/**
 * Reads Server-Sent Events off a streaming fetch, which works where EventSource does not (a custom scheme).
 * Follows the WHATWG parsing rules for CR, LF and CRLF line ends, comments and multi-line data.
 */
export async function* readEventStream(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamMessage> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let buffer = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      buffer += value;
      // A CR at the very end may be half of a CRLF: it waits for the next chunk.
      const ready = buffer.endsWith('\r') ? buffer.slice(0, -1) : buffer;
      const blocks = ready.replace(/\r\n?/g, '\n').split('\n\n');
      buffer = (blocks.pop() ?? '') + buffer.slice(ready.length);
      for (const block of blocks) {
        const message = parseBlock(block);
        if (message) yield message;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** One block between blank lines; null when it carries no data (a heartbeat comment). */
export function parseBlock(block: string): StreamMessage | null {
  const data: string[] = [];
  let event = 'message';
  let id: string | null = null;
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id') id = value;
  }
  return data.length === 0 ? null : { event, data: data.join('\n'), id };
}
