import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBlock, readEventStream, type StreamMessage } from './server-events.ts';

/** A body that arrives in the given pieces. */
function bodyOf(pieces: string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece));
      controller.close();
    },
  });
}

async function read(pieces: string[]): Promise<StreamMessage[]> {
  const messages: StreamMessage[] = [];
  for await (const message of readEventStream(bodyOf(pieces))) messages.push(message);
  return messages;
}

test('a block carries its event, id and all of its data lines; a heartbeat carries nothing', () => {
  expect(parseBlock('event: job\nid: 7\ndata: {"a":1,\ndata: "b":2}')).toEqual({
    event: 'job',
    id: '7',
    data: '{"a":1,\n"b":2}',
  });
  expect(parseBlock(': still here')).toBeNull();
});

test('however the stream is cut and whatever its line ends, the same messages come out', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.stringMatching(/^[ -~äé]{1,12}$/), { maxLength: 6 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
      async (texts, end, sizes) => {
        // A last blank line closes the last message; with CR ends one more keeps it from looking like half a CRLF.
        const whole = texts.map((data) => `data: ${data}${end}${end}`).join('') + (end === '\r' ? ':\n\n' : '');
        const pieces: string[] = [];
        for (let at = 0; at < whole.length; ) {
          const size = sizes.next().value ?? 1;
          pieces.push(whole.slice(at, at + size));
          at += size;
        }
        expect((await read(pieces)).map((message) => message.data)).toEqual(texts);
      },
    ),
  );
});
