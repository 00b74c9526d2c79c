// Preloaded into a console under test (NODE_OPTIONS=--import …): its clock is wrong by so many milliseconds.
const off = Number(process.env.CONSOLE_TEST_CLOCK_OFF_BY);
if (!Number.isFinite(off)) throw new Error('CONSOLE_TEST_CLOCK_OFF_BY must be set');
const RealDate = Date;
const now = () => RealDate.now() + off;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
});
