import { parseAst } from 'vite';

export interface RegularExpression {
  source: string;
  flags: string;
}

/** The regular expressions that stand in a file, and how many it puts together by `new RegExp` or `RegExp`. */
export function regularExpressionsOf(file: string, text: string): { found: RegularExpression[]; made: number } {
  const found: RegularExpression[] = [];
  let made = 0;
  const look = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, regex, callee } = node as {
      type?: string;
      regex?: { pattern: string; flags: string };
      callee?: { name?: string };
    };
    if (type === 'Literal' && regex) found.push({ source: regex.pattern, flags: regex.flags });
    if ((type === 'NewExpression' || type === 'CallExpression') && callee?.name === 'RegExp') made++;
    for (const child of Object.values(node)) look(child);
  };
  look(parseAst(text, { lang: file.endsWith('.tsx') ? 'tsx' : 'ts' }));
  return { found, made };
}
