import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface BasicCredentials {
  username: string;
  password: string;
}

const digest = (text: string) => hash('sha256', text, 'buffer');

/** Whether the request carries these Basic credentials; true when none are asked for. */
export function isAuthorized(headers: IncomingHttpHeaders, expected: BasicCredentials | null): boolean {
  if (!expected) return true;
  const [scheme = '', token = ''] = (headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() !== 'basic') return false;
  const given = Buffer.from(token, 'base64').toString('utf8');
  return timingSafeEqual(digest(given), digest(`${expected.username}:${expected.password}`));
}

/** Which anisette headers a request must carry: none, any, or a one-time password that this server gave out just now. */
export type AnisetteCheck = 'off' | 'present' | 'issued';

/** One-time passwords live for seconds. */
const OTP_LIFE_MS = 30_000;
const REQUIRED = ['x-apple-i-md', 'x-apple-i-md-m'] as const;

/** An anisette-v3 server: it names the machine, and gives out one-time passwords. */
export function createAnisette(seed: string | number) {
  const machine = hash('sha256', `${seed}\u0000machine`, 'base64');
  const issued = new Map<string, number>();
  let count = 0;
  return {
    /** Answer of `GET /`. */
    issue(now: number): Record<string, string> {
      for (const [otp, at] of issued) if (now - at > OTP_LIFE_MS) issued.delete(otp);
      const otp = hash('sha256', `${seed}\u0000otp\u0000${count++}`, 'base64');
      issued.set(otp, now);
      return { 'X-Apple-I-MD': otp, 'X-Apple-I-MD-M': machine };
    },
    accepts(headers: IncomingHttpHeaders, check: AnisetteCheck, now: number): boolean {
      if (check === 'off') return true;
      if (REQUIRED.some((name) => !headers[name])) return false;
      if (check === 'present') return true;
      const at = issued.get(String(headers['x-apple-i-md']));
      return at !== undefined && now - at <= OTP_LIFE_MS && headers['x-apple-i-md-m'] === machine;
    },
  };
}
