import type { ImportField } from '../../../../src-shared/contract/device-imports.ts';
import { storableText } from '../../../../src-shared/domain/storable-text.ts';
import { AppError } from '../../platform/errors.ts';

export type { ImportField };

/**
 * What a column may be called, without case, accents, spaces and punctuation: in English, German, French, Spanish and
 * Chinese.
 */
const aliases: Record<ImportField, string> = {
  macAddress: `
    mac macaddress macaddr macid address addr devicemac deviceaddress bleaddress blemac bluetoothaddress bluetoothmac
    bluetoothmacaddress btaddress btmac bdaddr bdaddress
    macadresse bluetoothadresse bluetoothmacadresse bleadresse btadresse gerateadresse geraeteadresse
    adressemac adressebluetooth adresseble adressemacbluetooth
    direccionmac direccionbluetooth direccionble direccionmacbluetooth
    mac地址 蓝牙地址 蓝牙mac 蓝牙mac地址 设备地址 设备mac 物理地址 硬件地址 ble地址 mac位址 藍牙地址 藍牙位址 藍牙mac`,
  advertisementKey: `
    advertisementkey advertisementkeys advkey advertisingkey publickey pubkey advertisementpublickey
    offentlicherschlussel oeffentlicherschluessel clepublique clavepublica 公钥 公鑰 广播公钥 广播密钥`,
  hashedAdvertisementKey: `
    hashedadvertisementkey hashedadvkey hashedadvertisingkey hashedkey hashedpublickey advertisementkeyhash advkeyhash
    publickeyhash keyhash schlusselhash schluesselhash hashdelacle hachagedelacle hashdelaclave 公钥哈希 密钥哈希 哈希公钥`,
  privateKey: `
    privatekey privatekeys privkey secretkey privaterschlussel privaterschluessel geheimerschlussel geheimerschluessel cleprivee
    claveprivada 私钥 私鑰`,
  additionalKeys: `additionalkeys additionalprivatekeys furtherkeys weitereschlussel weitereschluessel`,
  serialNumber: `
    serialnumber serial serialno serialnr serialnum sn seriennummer seriennr sernr geratenummer geraetenummer
    numerodeserie nodeserie numdeserie nserie ndeserie numeroserie numserie
    序列号 序列號 产品序列号 设备序列号 sn号 sn码`,
  // Few names: other tables have columns of remarks as well.
  name: 'name trackername',
  goodsReference: 'goodsreference goodsref warenreferenz',
  tags: 'tags',
  note: 'note',
};

/** Where each recognised column stands. */
export type Columns = Partial<Record<ImportField, number>>;

const MAX_COLUMNS = 200;
const plain = (name: string) =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
const fieldOf = new Map<string, ImportField>(
  Object.entries(aliases).flatMap(([field, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => [plain(name), field as ImportField] as const),
  ),
);

/** The field that a column of this name holds. */
export const fieldNamed = (name: string): ImportField | undefined => fieldOf.get(plain(name.slice(0, 100)));

/** Throws AppError `bad-request`, before any of it is kept, for a first row that can't belong to a table of devices. */
export function refuseTooManyColumns(header: readonly string[]): void {
  if (header.length <= MAX_COLUMNS) return;
  throw new AppError(
    'bad-request',
    `The row with the names of the columns has ${header.length} of them; at most ${MAX_COLUMNS} are read. Check the delimiter, and send the device table only.`,
  );
}

/**
 * Finds the columns that an import uses by their names. Others are ignored. Throws AppError `bad-request` when two
 * columns mean the same.
 */
export function findColumns(header: readonly string[], fields: readonly ImportField[]): Columns {
  const columns: Columns = {};
  for (const [at, name] of header.entries()) {
    const field = fieldNamed(name);
    if (field === undefined || !fields.includes(field)) continue;
    const before = columns[field];
    if (before !== undefined) {
      throw new AppError(
        'bad-request',
        `Column ${before + 1} (“${header[before]}”) and column ${at + 1} (“${name}”) mean the same. Choose the columns, or remove or rename one of them.`,
      );
    }
    columns[field] = at;
  }
  return columns;
}

/** What the column of a field is called: by its name, or by its number where it has none. */
export function columnName(header: readonly string[], columns: Columns, field: ImportField): string {
  const at = columns[field];
  return at === undefined ? field : header[at]?.trim() || `column ${at + 1}`;
}

/** Words for the fields, for sentences. */
const wordOf: Record<ImportField, string> = {
  macAddress: 'MAC address',
  advertisementKey: 'advertisement key',
  hashedAdvertisementKey: 'hashed key',
  privateKey: 'private key',
  additionalKeys: 'additional keys',
  serialNumber: 'serial number',
  name: 'name',
  goodsReference: 'goods reference',
  tags: 'tags',
  note: 'note',
};

/**
 * The columns that a person chose, counted from 1, instead of those found by name. Throws AppError `bad-request` where
 * the file has no such column, one column is to be two things, or the import has no use for a field.
 */
export function chosenColumns(
  header: readonly string[],
  fields: readonly ImportField[],
  chosen: Partial<Record<ImportField, number | undefined>>,
): Columns {
  const columns: Columns = {};
  const taken = new Map<number, ImportField>();
  for (const [field, at] of Object.entries(chosen) as [ImportField, number][]) {
    if (!fields.includes(field))
      throw new AppError('bad-request', `This import takes no ${wordOf[field]}. Choose other columns.`);
    if (at > header.length)
      throw new AppError(
        'bad-request',
        `Column ${at} was chosen for the ${wordOf[field]}, but the file has ${header.length}. Choose the columns again.`,
      );
    const other = taken.get(at);
    if (other !== undefined)
      throw new AppError(
        'bad-request',
        `Column ${at} was chosen for both the ${wordOf[other]} and the ${wordOf[field]}. Choose another for one of them.`,
      );
    taken.set(at, field);
    columns[field] = at - 1;
  }
  return columns;
}

/** The sentence for a header in which a column is missing. */
export function missingColumn(what: string, header: readonly string[]): AppError {
  const seen = header
    .slice(0, 12)
    .map((name) => `“${storableText(name, 40)}”`)
    .join(', ');
  return new AppError(
    'bad-request',
    `There is no column with ${what}. The first row must name the columns; it reads: ${seen || 'nothing'}.`,
  );
}
