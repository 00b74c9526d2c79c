import { join } from 'node:path';
import { check } from 'recheck';
import { describe, expect, it } from 'vitest';
import { type RegularExpression, regularExpressionsOf } from './regular-expressions.ts';
import { readSources, root } from './sources.ts';

/** What the product runs on texts of strangers or its own; tools read only this repository. */
const PRODUCT = ['src-shared', 'src-main', 'src-worker', 'src-renderer'];
/** Per expression; a checker that can't tell by then has found nothing safe. */
const CHECK_MS = 30_000;

/** Proven by an automaton; what that doesn't know (looking behind) is attacked, always in the same way. */
const verdictOn = async ({ source, flags }: RegularExpression) => {
  const options = { timeout: CHECK_MS, randomSeed: 1 };
  const proven = await check(source, flags, { ...options, checker: 'automaton' });
  const isUnsupported = proven.status === 'unknown' && proven.error.kind === 'unsupported';
  const found = isUnsupported ? await check(source, flags, { ...options, checker: 'fuzz' }) : proven;
  if (found.status === 'safe') return 'safe';
  return `${found.status}: ${found.status === 'vulnerable' ? found.complexity.summary : found.error.kind}`;
};

/** What a file puts together while it is loaded. */
async function madeBy(file: string): Promise<RegularExpression[]> {
  const path = join(root, file);
  // What it uses is loaded before, and makes its own only then.
  await import(path);
  const made: RegularExpression[] = [];
  const original = globalThis.RegExp;
  globalThis.RegExp = new Proxy(original, {
    construct(target, args, newTarget) {
      const expression = Reflect.construct(target, args, newTarget) as RegExp;
      made.push(expression);
      return expression;
    },
  });
  try {
    await import(`${path}?made`);
  } finally {
    globalThis.RegExp = original;
  }
  return made.map(({ source, flags }) => ({ source, flags }));
}

describe('regular expressions', () => {
  it('of the product run in time linear to the text', async () => {
    const found = new Map<string, RegularExpression & { files: string[] }>();
    const add = (file: string, expression: RegularExpression) => {
      const name = `/${expression.source}/${expression.flags}`;
      const known = found.get(name) ?? { ...expression, files: [] };
      known.files.push(file);
      found.set(name, known);
    };
    for (const [file, text] of readSources(...PRODUCT)) {
      const { found: standing, made } = regularExpressionsOf(file, text);
      for (const expression of standing) add(file, expression);
      if (made === 0) continue;
      const loaded = await madeBy(file);
      // One that is made later, of who knows what, can't be checked: make it when the file is loaded.
      expect(loaded.length, `${file} makes expressions while it is loaded`).toBeGreaterThanOrEqual(made);
      for (const expression of loaded) add(file, expression);
    }
    expect(found.size).toBeGreaterThan(80);
    const slow: string[] = [];
    for (const [name, expression] of found) {
      const verdict = await verdictOn(expression);
      if (verdict !== 'safe') slow.push(`${expression.files.join(', ')}: ${name} is ${verdict}`);
    }
    expect(slow).toEqual([]);
  }, 300_000);

  it('are found wherever they stand, and those that are slow are told', async () => {
    const text = 'const a = <T,>(x: T) => f(/(a+)+$/.test(String(x))); new RegExp(String(a)); RegExp("x");';
    expect(regularExpressionsOf('a.ts', text)).toEqual({ found: [{ source: '(a+)+$', flags: '' }], made: 2 });
    expect(await verdictOn({ source: '(a+)+$', flags: '' })).toBe('vulnerable: exponential');
    expect(await verdictOn({ source: '\\s*x\\s*$', flags: 'u' })).toMatch(/^vulnerable: .*polynomial/);
  }, 60_000);
});
