import { createECDH, createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Decrypter } from 'age-encryption';
import sql from 'sql-template-tag';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';

const password = 'a password of ada';
const [engine] = testEngines();

interface Pair {
  trackerId: number;
  address: string;
  advertisementKey: string;
  hashedKey: string;
}

describe('export of private keys', () => {
  let app: TestConsole;
  let admin: string;
  let keyBatchId: number;
  let pairs: Pair[];

  beforeAll(async () => {
    app = await testConsole(await engine!.create());
    const { headers } = await app.send('POST', '/setup', { body: { username: 'ada', displayName: 'Ada', password } });
    admin = /console_session\w*=([^;]*)/.exec(headers.get('set-cookie') ?? '')![1]!;
    // More than a page.
    const job = await app.send('POST', '/key-batches', { as: admin, body: { count: 620, label: 'For the lab' } });
    await app.jobEnd(job.body.id, admin);
    keyBatchId = job.body.resource.id;
    await app.parts.db.query(
      sql`update trackers set mac_address = 'c0:ff:ee:00:00:01' where id = (select min(id) from trackers)`,
    );
    const { rows } = await app.parts.db.query<Pair>(sql`
      select id as "trackerId", upper(coalesce(mac_address, broadcast_address)::text) as address,
        encode(advertisement_key, 'base64') as "advertisementKey",
        encode(hashed_advertisement_key, 'base64') as "hashedKey" from trackers order by id`);
    pairs = rows;
  });
  afterAll(() => app?.close());

  const plain = { kind: 'none', understood: true };
  const prepare = (more: Record<string, unknown>, as = admin) =>
    app.send('POST', '/private-key-exports', {
      as,
      body: { password, format: 'keys', scope: { kind: 'key-batch', keyBatchId }, encryption: plain, ...more },
    });
  const fetchFile = (ticket: string) => app.raw('GET', `/protected-downloads/${ticket}`, { as: admin });
  const exported = async (more: Record<string, unknown>) => {
    const { status, body } = await prepare(more);
    expect([status, body]).toMatchObject([201, { keyCount: expect.any(Number) }]);
    const file = await fetchFile(body.ticket);
    expect(file.status).toBe(200);
    return { ...body, type: file.headers.get('content-type'), bytes: Buffer.from(await file.arrayBuffer()) };
  };
  const exportedText = async (more: Record<string, unknown>): Promise<string> =>
    (await exported(more)).bytes.toString();

  /** The private key is of 28 bytes, and belongs to the tracker by the curve itself, as OpenSSL computes it. */
  function expectKeyOf(pair: Pair, privateKey: string): void {
    const key = Buffer.from(privateKey, 'base64');
    expect([key.length, key.toString('base64')]).toEqual([28, privateKey]);
    const ecdh = createECDH('secp224r1');
    ecdh.setPrivateKey(key);
    const x = ecdh.getPublicKey().subarray(1, 29);
    expect(x.toString('base64')).toBe(pair.advertisementKey);
    expect(createHash('sha256').update(x).digest('base64')).toBe(pair.hashedKey);
  }

  it('.keys: three lines a key', async () => {
    const lines = (await exportedText({ format: 'keys' })).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines).toHaveLength(3 * pairs.length);
    for (const [i, pair] of pairs.entries()) {
      const [privateKey, advertisementKey, hashedKey] = lines.slice(3 * i, 3 * i + 3);
      expect(advertisementKey).toBe(`Advertisement key: ${pair.advertisementKey}`);
      expect(hashedKey).toBe(`Hashed adv key: ${pair.hashedKey}`);
      expect(privateKey).toMatch(/^Private key: /);
      expectKeyOf(pair, privateKey!.slice('Private key: '.length));
    }
  });

  it('PREFIX_devices.json of macless-haystack', async () => {
    const { fileName, bytes, type } = await exported({ format: 'haystack-devices' });
    expect([fileName, type]).toEqual([`key-batch-${keyBatchId}_devices.json`, 'application/json']);
    const devices = JSON.parse(bytes.toString());
    expect(devices).toHaveLength(pairs.length);
    for (const [i, pair] of pairs.entries()) {
      const { privateKey, ...rest } = devices[i];
      expectKeyOf(pair, privateKey);
      expect(rest).toEqual({
        id: pair.trackerId,
        colorComponents: [0, 1, 0, 1],
        name: pair.address,
        icon: '',
        isActive: true,
        additionalKeys: [],
      });
    }
  });

  it('key pairs of FindMy.py, a file each', async () => {
    const { bytes, fileName } = await exported({ format: 'findmy-keypair' });
    expect(fileName).toBe(`key-batch-${keyBatchId}_findmy.tar`);
    const files = new Map<string, string>();
    const archive = extract();
    Readable.from([bytes]).pipe(archive);
    for await (const entry of archive) {
      expect(entry.header.mode).toBe(0o600);
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      files.set(entry.header.name, Buffer.concat(parts).toString());
    }
    expect(files.size).toBe(pairs.length);
    for (const pair of pairs) {
      const { private_key, ...rest } = JSON.parse(files.get(`${pair.address.replaceAll(':', '')}.json`)!);
      expectKeyOf(pair, private_key);
      expect(rest).toEqual({ type: 'keypair', key_type: 0, name: pair.address });
    }
  });

  const zeros = Buffer.alloc(32).toString('base64');
  const scopeOfFirst = { kind: 'trackers', macAddresses: ['c0-ff-ee-00-00-01', 'C0FF.EE00.0001'] };

  it('accessories of OpenHaystack as JSON, and chosen trackers by any notation of their MAC', async () => {
    const [only, ...more] = JSON.parse(await exportedText({ format: 'openhaystack-json', scope: scopeOfFirst }));
    expect(more).toEqual([]);
    const { privateKey, ...rest } = only;
    expectKeyOf(pairs[0]!, privateKey);
    expect(rest).toEqual({
      name: 'C0:FF:EE:00:00:01',
      id: pairs[0]!.trackerId,
      symmetricKey: zeros,
      usesDerivation: false,
      oldestRelevantSymmetricKey: zeros,
      lastDerivationTimestamp: (app.clock.now.getTime() - Date.parse('2001-01-01T00:00:00Z')) / 1000,
      updateInterval: 86_400,
      colorComponents: [0, 1, 0, 1],
      colorSpaceName: 'kCGColorSpaceSRGB',
      icon: 'mappin',
      isDeployed: true,
      isActive: true,
    });
  });

  it('accessories of OpenHaystack as a property list', async () => {
    const text = await exportedText({ format: 'openhaystack-plist', scope: scopeOfFirst });
    const privateKey = /<key>privateKey<\/key><data>([^<]*)<\/data>/.exec(text)![1]!;
    expectKeyOf(pairs[0]!, privateKey);
    expect(text).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<array>
<dict><key>name</key><string>C0:FF:EE:00:00:01</string><key>id</key><integer>${pairs[0]!.trackerId}</integer><key>privateKey</key><data>${privateKey}</data><key>symmetricKey</key><data>${zeros}</data><key>usesDerivation</key><false/><key>oldestRelevantSymmetricKey</key><data>${zeros}</data><key>lastDerivationTimestamp</key><date>2026-11-23T08:15:00Z</date><key>updateInterval</key><integer>86400</integer><key>colorComponents</key><array><real>0</real><real>1</real><real>0</real><real>1</real></array><key>colorSpaceName</key><string>kCGColorSpaceSRGB</string><key>icon</key><string>mappin</string><key>isDeployed</key><true/><key>isActive</key><true/></dict>
</array>
</plist>
`,
    );
  });

  it('is encrypted to a passphrase in the age format, and opens with that alone', { timeout: 60_000 }, async () => {
    const passphrase = 'Zwölf Zeichen müssen es sein';
    const { bytes, fileName } = await exported({ encryption: { kind: 'passphrase', passphrase } });
    expect(fileName).toBe(`key-batch-${keyBatchId}.keys.age`);
    expect(bytes.subarray(0, 22).toString()).toBe('age-encryption.org/v1\n');
    expect(bytes.toString('latin1')).toMatch(/\n-> scrypt [A-Za-z0-9+/]{22} 18\n/);
    expect(bytes.includes('Private key')).toBe(false);
    const decrypter = new Decrypter();
    decrypter.addPassphrase(passphrase);
    expect(await decrypter.decrypt(bytes, 'text')).toBe(await exportedText({}));
  });

  it('is for administrators who give their password, and is recorded', async () => {
    for (const role of ['operations', 'warehouse', 'reviewer'] as const)
      expect((await prepare({}, await app.signIn(role))).status).toBe(403);
    expect((await prepare({ password: 'wrong' })).body.fields[0].path).toBe('password');
    const audit = async (action: string) =>
      (await app.send('GET', `/audit-entries?action=${action}`, { as: admin })).body.items;
    const before = (await audit('privateKeys.export')).length;
    const { body } = await prepare({ encryption: { kind: 'passphrase', passphrase: 'of twelve letters' } });
    const [entry] = await audit('privateKeys.export');
    expect(await audit('privateKeys.export')).toHaveLength(before + 1);
    expect(entry).toMatchObject({ actor: 'ada', resourceId: body.fileName });
    expect(entry.details).toEqual({ format: 'keys', kind: 'key-batch', keyBatchId, keyCount: 620, encrypted: true });
    expect(JSON.stringify(entry)).not.toContain('twelve');
    const other = await app.signIn('admin');
    expect((await app.send('GET', `/protected-downloads/${body.ticket}`, { as: other })).status).toBe(404);
    expect((await fetchFile(body.ticket)).status).toBe(200);
    expect((await fetchFile(body.ticket)).status).toBe(404);
    expect((await audit('protected-download.fetch'))[0].details).toEqual(entry.details);
  });

  it('says what is wrong with what was asked', async () => {
    const fieldOf = async (more: Record<string, unknown>) => (await prepare(more)).body.fields?.[0];
    expect(await fieldOf({ encryption: { kind: 'none' } })).toMatchObject({ path: 'encryption.understood' });
    expect(await fieldOf({ encryption: { kind: 'passphrase', passphrase: 'short' } })).toMatchObject({
      path: 'encryption.passphrase',
    });
    expect(await fieldOf({ scope: { kind: 'key-batch', keyBatchId: 999 } })).toMatchObject({
      path: 'scope.keyBatchId',
    });
    expect((await fieldOf({ scope: { kind: 'trackers', macAddresses: ['c0:ff:ee:00:00:01', 'x'] } })).message).toBe(
      'Not a MAC address: x.',
    );
    expect((await fieldOf({ scope: { kind: 'trackers', macAddresses: ['aa:bb:cc:dd:ee:ff'] } })).message).toMatch(
      /No tracker has the MAC address AA:BB/,
    );
  });

  it('writes nothing while the keys are locked, and breaks off when they are locked or damaged on the way', async () => {
    const { body } = await prepare({});
    await app.send('POST', '/key-protection/lock', { as: admin });
    expect((await fetchFile(body.ticket)).status).toBe(423);
    expect((await prepare({})).status).toBe(423);
    await app.send('POST', '/key-protection/unlock', { as: admin, body: { password } });

    await app.parts.db.query(sql`update device_keys set private_key = set_byte(private_key, 30, 255 - get_byte(private_key, 30))
      where id = (select max(id) from device_keys)`);
    const file = await fetchFile((await prepare({})).body.ticket);
    await expect(file.text()).rejects.toThrow(/can't be opened/);
  });
});
