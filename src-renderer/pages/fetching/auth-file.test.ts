import { expect, it } from 'vitest';
import { MAX_AUTH_FILE_BYTES } from '../../../src-shared/domain/find-my/auth-file.ts';
import { fetcher } from '../../strings/fetcher.ts';
import { readAuthFile } from './auth-file.ts';

const { auth } = fetcher;

it('reads what login tools write', () => {
  const login = { dsid: '123', searchPartyToken: 'abc' };
  expect(readAuthFile('{"dsid":"123","searchPartyToken":"abc"}')).toEqual({ login });
  expect(readAuthFile('\ufeff{"dsid":123,"searchPartyToken":" abc ","more":[]}\n')).toEqual({ login });
});

it('says what is wrong with anything else, without repeating it', () => {
  expect(readAuthFile('')).toEqual({ problem: auth.notJson });
  expect(readAuthFile('dsid=1')).toEqual({ problem: auth.notJson });
  expect(readAuthFile('null')).toEqual({ problem: auth.noDsid });
  expect(readAuthFile('[]')).toEqual({ problem: auth.noDsid });
  expect(readAuthFile('{"searchPartyToken":"abc"}')).toEqual({ problem: auth.noDsid });
  expect(readAuthFile('{"dsid":"1","searchPartyToken":""}')).toEqual({ problem: auth.noToken });
  expect(readAuthFile('x'.repeat(MAX_AUTH_FILE_BYTES + 1))).toEqual({ problem: auth.tooLarge });
});
