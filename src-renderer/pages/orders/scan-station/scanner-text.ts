import type { ScannerSettings } from '../../../../src-shared/contract/workstation.ts';

/** Takes off what the scanner of this workstation puts around each code; a text without it stays as it is. */
export function bareCode(text: string, scanner: ScannerSettings | undefined): string {
  let code = text.trim();
  const { prefix = '', suffix = '' } = scanner ?? {};
  if (prefix !== '' && code.startsWith(prefix)) code = code.slice(prefix.length);
  if (suffix !== '' && code.endsWith(suffix)) code = code.slice(0, -suffix.length);
  return code.trim();
}
