// Preloaded into a console under test (NODE_OPTIONS=--import …, its threads too): its clock starts at a fixed instant and
// ticks from there, so that the demo company, which is made relative to the day it is made on, is the same every day.
const offset = Number(process.env.CONSOLE_TEST_CLOCK_OFFSET_MS);
if (!Number.isFinite(offset)) throw new Error('CONSOLE_TEST_CLOCK_OFFSET_MS must say by how much the clock is moved');
const RealDate = Date;
const now = () => RealDate.now() + offset;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
});
