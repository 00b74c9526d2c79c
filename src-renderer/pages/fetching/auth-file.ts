import { fetcher } from '../../strings/fetcher.ts';

export interface AppleLogin {
  dsid: string;
  searchPartyToken: string;
}
export type AuthFileVerdict = { login: AppleLogin } | { problem: string };

/** An auth.json has two short strings; some tools add a few more. */
export const MAX_AUTH_FILE_BYTES = 64 * 1024;

/** Reads the auth.json of other tools ({"dsid", "searchPartyToken"}), or says what is wrong with the file. */
export function readAuthFile(text: string): AuthFileVerdict {
  const { auth } = fetcher;
  if (text.length > MAX_AUTH_FILE_BYTES) return { problem: auth.tooLarge };
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return { problem: auth.notJson };
  }
  if (typeof content !== 'object' || content === null) return { problem: auth.noDsid };
  const { dsid, searchPartyToken } = content as Record<string, unknown>;
  const account = typeof dsid === 'number' ? String(dsid) : typeof dsid === 'string' ? dsid.trim() : '';
  if (account === '') return { problem: auth.noDsid };
  const token = typeof searchPartyToken === 'string' ? searchPartyToken.trim() : '';
  return token === '' ? { problem: auth.noToken } : { login: { dsid: account, searchPartyToken: token } };
}
