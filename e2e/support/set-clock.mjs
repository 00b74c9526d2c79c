// Preloaded into a console under test (NODE_OPTIONS=--import …, its threads too): its clock begins at a fixed instant, so
// that the demo company, which is made relative to the day it is made on, is the same every day, or at a wrong one. It
// ticks so many times slower than usual as CONSOLE_TEST_CLOCK_SLOWER says.
const started = Number(process.env.CONSOLE_TEST_CLOCK_STARTED_AT);
const begins = Number(process.env.CONSOLE_TEST_CLOCK_BEGINS_AT);
if (!(started > 0 && begins > 0)) throw new Error('CONSOLE_TEST_CLOCK_STARTED_AT and _BEGINS_AT must be set');
const slower = Number(process.env.CONSOLE_TEST_CLOCK_SLOWER ?? 1);
const RealDate = Date;
const now = () => begins + Math.floor((RealDate.now() - started) / slower);
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
});
