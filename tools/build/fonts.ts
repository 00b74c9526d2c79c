import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import subsetFont from 'subset-font';

/** The weights in use; the file has 100 to 900, a third of it for those that nobody sees. */
const WEIGHTS = { min: 400, max: 750 };
const LATIN = 'inter-latin-wght-normal.woff2';

/**
 * Writes out/fonts/inter.css: the font as its package has it, the Latin file cut to the weights in use, with all its
 * characters and features. The other alphabets are loaded only where a text has their letters, and stay as they are.
 */
export async function buildFonts(root: string): Promise<void> {
  const source = join(root, 'node_modules', '@fontsource-variable', 'inter');
  const css = await readFile(join(source, 'wght.css'), 'utf8');
  const face = css.split('@font-face').find((text) => text.includes(LATIN));
  const range = face && /unicode-range: ([^;]+);/.exec(face)?.[1];
  if (!range) throw new Error(`${LATIN} is not in ${source}`);
  const cut = await subsetFont(await readFile(join(source, 'files', LATIN)), charactersOf(range), {
    targetFormat: 'woff2',
    variationAxes: { wght: WEIGHTS },
  });
  const folder = join(root, 'out', 'fonts');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, LATIN), cut);
  const pathOf = (name: string) => (name === LATIN ? `./${LATIN}` : `@fontsource-variable/inter/files/${name}`);
  await writeFile(
    join(folder, 'inter.css'),
    css.replace(/url\(\.\/files\/([^)]+)\)/g, (_, name: string) => `url(${pathOf(name)})`),
  );
}

/** The characters of a CSS `unicode-range`, as in `U+0000-00FF,U+0131`. */
function charactersOf(range: string): string {
  return range
    .split(',')
    .map((part) => {
      const [first, last = first] = part.trim().replace('U+', '').split('-') as [string, string?];
      const from = Number.parseInt(first, 16);
      const count = Number.parseInt(last as string, 16) - from + 1;
      return Array.from({ length: count }, (_, n) => String.fromCodePoint(from + n)).join('');
    })
    .join('');
}
