/** Gives a forked process the `process.parentPort` that Electron gives a utility process. */
const early: unknown[] = [];
let heard: ((event: { data: unknown }) => void) | null = null;
process.on('message', (data) => {
  // Messages are queued up until somebody listens, as in Electron.
  if (heard) heard({ data });
  else early.push(data);
});
// Electron ends its utility processes with itself.
process.on('disconnect', () => process.exit(0));
Object.assign(process, {
  parentPort: {
    on(_event: 'message', listener: (event: { data: unknown }) => void) {
      heard = listener;
      for (const data of early.splice(0)) listener({ data });
    },
    postMessage: (message: unknown) => void process.send?.(message),
  },
});
