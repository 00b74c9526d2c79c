import { codesIn, MAX_LISTED } from './code-list.ts';

/** Bytes; a list of the most codes with many columns beside them is far smaller. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** Why nothing of a file was taken. */
type FileProblem = 'too-large' | 'not-text' | 'no-mac' | 'too-many' | 'unreadable';
export type CodeFile = { codes: string[] } | { problem: FileProblem; found: number };

/**
 * Reads the codes of a CSV or text file (UTF-8, UTF-16 as Excel saves it, else Windows-1252). All or nothing: a file of
 * which nothing is an address, or which holds more than a station takes at once, is a problem.
 */
export async function readCodeFile(
  file: Pick<File, 'size' | 'arrayBuffer'>,
  normalise: (text: string) => string | null,
): Promise<CodeFile> {
  if (file.size > MAX_FILE_BYTES) return { problem: 'too-large', found: 0 };
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    // Moved or deleted since it was chosen, or a folder that was dropped.
    return { problem: 'unreadable', found: 0 };
  }
  const text = textOf(bytes);
  if (text.includes('\0')) return { problem: 'not-text', found: 0 };
  const codes = codesIn(text, normalise);
  const macs = codes.filter((code) => normalise(code) !== null).length;
  if (macs === 0) return { problem: 'no-mac', found: 0 };
  return codes.length > MAX_LISTED ? { problem: 'too-many', found: codes.length } : { codes };
}

function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
