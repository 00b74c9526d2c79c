/** A byte stream that asks the generator for more only when its reader asks, and ends it when the reader goes away. */
export function streamOf(parts: AsyncGenerator<string | Uint8Array, void, undefined>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      // An empty part must not count as an answer to the reader's wish for more.
      for (;;) {
        const { done, value } = await parts.next();
        if (done) return controller.close();
        if (value.length === 0) continue;
        return controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value);
      }
    },
    async cancel() {
      await parts.return();
    },
  });
}
