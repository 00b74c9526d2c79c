/** Login of Apple's endpoints, as the auth.json of other tools has it. */
export interface AppleLogin {
  dsid: string;
  searchPartyToken: string;
}
export type AuthFileProblem = 'too-large' | 'not-json' | 'no-dsid' | 'no-token';

/** An auth.json has two short strings; some tools add a few more. */
export const MAX_AUTH_FILE_BYTES = 64 * 1024;
export const MAX_DSID = 200;
export const MAX_TOKEN = 4000;

/** Reads the auth.json of other tools ({"dsid", "searchPartyToken"}), or says what is wrong with it (docs/find-my.md). */
export function parseAuthFile(text: string): { login: AppleLogin } | { problem: AuthFileProblem } {
  if (text.length > MAX_AUTH_FILE_BYTES) return { problem: 'too-large' };
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return { problem: 'not-json' };
  }
  if (typeof content !== 'object' || content === null) return { problem: 'no-dsid' };
  const { dsid, searchPartyToken } = content as Record<string, unknown>;
  const account = typeof dsid === 'number' ? String(dsid) : typeof dsid === 'string' ? dsid.trim() : '';
  if (account === '' || account.length > MAX_DSID) return { problem: 'no-dsid' };
  const token = typeof searchPartyToken === 'string' ? searchPartyToken.trim() : '';
  if (token === '' || token.length > MAX_TOKEN) return { problem: 'no-token' };
  return { login: { dsid: account, searchPartyToken: token } };
}
