import { type AppleLogin, type AuthFileProblem, parseAuthFile } from '../../../src-shared/domain/find-my/auth-file.ts';
import { fetcher } from '../../strings/fetcher.ts';

const { auth } = fetcher;
const problems: Record<AuthFileProblem, string> = {
  'too-large': auth.tooLarge,
  'not-json': auth.notJson,
  'no-dsid': auth.noDsid,
  'no-token': auth.noToken,
};

/** Reads an auth.json, or says what is wrong with the file. */
export function readAuthFile(text: string): { login: AppleLogin } | { problem: string } {
  const read = parseAuthFile(text);
  return 'login' in read ? read : { problem: problems[read.problem] };
}
