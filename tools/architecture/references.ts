import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const SOURCES = ['src-shared', 'src-main', 'src-worker', 'src-renderer', 'tools', 'e2e', 'migrations', 'docs'];
const FOLDERS = [...SOURCES, '.ci', '.github', '.vscode'];
const TEXT = /\.(?:tsx?|m?js|cjs|css|html|sql|lua|as|py|json|ya?ml|md)$|^\.ci\//;
const NOT_OURS = /^package-lock\.json$|(?:^|\/)node_modules\//;

/** Names of documents that were never part of the repository. Joined from parts, so that this file passes its own check. */
const OUTSIDE = new RegExp(`\\b(?:${['DES' + 'IGN', 'FIND' + 'MY'].join('|')})\\b`, 'g');
/** A Markdown file, with the heading that may follow it. What belongs to a web address is left out. */
const DOCUMENT = /(?<![\w./:@-])((?:\.{0,2}\/)?[\w.-]+(?:\/[\w.-]+)*\.md)\b(?:#([\w-]+))?/g;
const LINK = /\]\(([^)\s]+)\)/g;
/** A file named by its whole path, as a page for developers does it. */
const NAMED_FILE = /`((?:src-\w+|tools|e2e|migrations)\/[\w./-]+\.\w+)`/g;
const PLACEHOLDER = /NNNN/;

export interface Dangling {
  file: string;
  line: number;
  refersTo: string;
}

/** Every text of the repository by its path from the root, with forward slashes. */
export function textFiles(root: string): string[] {
  const top = readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  const below = FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')] : [],
    ),
  );
  return [...top, ...below].filter((path) => TEXT.test(path) && !NOT_OURS.test(path));
}

/** What a file refers to and a reader of the repository can't open. `file` is its path from the root. */
export function danglingIn(root: string, file: string, text: string): Dangling[] {
  const found: Dangling[] = [];
  const lineOf = (index: number) => text.slice(0, index).split('\n').length;
  const check = (pattern: RegExp, stands: (match: RegExpMatchArray) => boolean) => {
    for (const match of text.matchAll(pattern)) {
      if (!stands(match)) found.push({ file, line: lineOf(match.index), refersTo: match[0] });
    }
  };
  check(OUTSIDE, () => false);
  check(DOCUMENT, ([, path = '', heading]) => {
    const document = [join(root, path), join(root, dirname(file), path)].find(existsSync);
    return document !== undefined && (heading === undefined || headingsOf(document).includes(heading));
  });
  if (!file.endsWith('.md')) return found;
  check(LINK, ([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return true;
    const [path = '', heading] = target.split('#');
    const linked = path === '' ? join(root, file) : join(root, dirname(file), path);
    return existsSync(linked) && (heading === undefined || headingsOf(linked).includes(heading));
  });
  check(NAMED_FILE, ([, path = '']) => PLACEHOLDER.test(path) || existsSync(join(root, path)));
  return found;
}

/** The anchors of a document's headings, as GitHub and editors make them. */
function headingsOf(document: string): string[] {
  if (!statSync(document).isFile()) return [];
  const headings = readFileSync(document, 'utf8').matchAll(/^#{1,6} +(.+)$/gm);
  return Array.from(headings, ([, text = '']) =>
    text
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
