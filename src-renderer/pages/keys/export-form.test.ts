import { expect, it } from 'vitest';
import { checkExport, emptyExport, requestOf } from './export-form.ts';

const errorsOf = (values: typeof emptyExport) => Object.keys(checkExport({ ...values, password: 'mine' })).sort();

it('asks for what the chosen scope and encryption need, and for nothing else', () => {
  expect(errorsOf(emptyExport)).toEqual(['keyBatchId', 'passphrase']);
  const typed = { ...emptyExport, passphrase: 'of twelve letters', again: 'of twelve letter' };
  expect(errorsOf({ ...typed, scope: 'production-run' })).toEqual(['again', 'productionRunId']);
  const plain = { ...emptyExport, scope: 'trackers' as const, encrypt: false };
  expect(errorsOf({ ...plain, macAddresses: ' \n;' })).toEqual(['macAddresses', 'understood']);
  expect(errorsOf({ ...plain, macAddresses: 'C0:FF:EE:00:00:01', understood: true })).toEqual([]);
});

it('sends the passphrase only with an encrypted export', () => {
  const values = { ...emptyExport, keyBatchId: 7, passphrase: 'of twelve letters', password: 'mine' };
  expect(requestOf(values)).toEqual({
    password: 'mine',
    format: 'keys',
    scope: { kind: 'key-batch', keyBatchId: 7 },
    encryption: { kind: 'passphrase', passphrase: 'of twelve letters' },
  });
  const plain = requestOf({ ...values, scope: 'trackers', macAddresses: 'a\nb, c', encrypt: false, understood: true });
  expect(plain.scope).toEqual({ kind: 'trackers', macAddresses: ['a', 'b', 'c'] });
  expect(plain.encryption).toEqual({ kind: 'none', understood: true });
});
