import { expect, it } from 'vitest';
import { refusePrivateKeyColumn, refusePrivateKeys } from './refuse-private-keys.ts';

it.each([
  ['CSV', Buffer.from('mac_address;private_key\r\n')],
  ['CSV in capitals', Buffer.from('MAC,Private Key\n')],
  ['UTF-16', Buffer.from('\ufeffmac_address,PrivateKey\n', 'utf16le')],
  ['JSON', Buffer.from('[{"mac":"x","privateKey":"AAAA"}]')],
])('refuses private keys as %s', (_, content) => {
  expect(() => refusePrivateKeys(content)).toThrow(/column of private keys/);
});

it('lets the files of a factory through', () => {
  for (const header of [
    'mac_address,advertisement_key,hashed_adv_key,serial',
    'Public Key;MAC',
    '[{"pubKey":"AAAA"}]',
  ]) {
    refusePrivateKeys(Buffer.from(header));
    refusePrivateKeyColumn(header.split(/[,;]/));
  }
  expect(() => refusePrivateKeyColumn(['MAC', 'priv key'])).toThrow(/column of private keys/);
});
