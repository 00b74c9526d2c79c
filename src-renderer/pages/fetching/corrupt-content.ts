import type { CorruptReport } from '../../../src-shared/contract/corrupt-reports.ts';

const SHORT = 40;

/** The content of a corrupt report to read: JSON as it came, or the payload's bytes in hexadecimal. */
export function contentOf({ reason, content }: Pick<CorruptReport, 'reason' | 'content'>): {
  short: string;
  whole: string;
} {
  const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
  const whole =
    reason === 'malformed'
      ? new TextDecoder().decode(bytes)
      : Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return { short: whole.length > SHORT ? `${whole.slice(0, SHORT)}…` : whole, whole };
}
