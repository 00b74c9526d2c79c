import { BlockList, isIP } from 'node:net';

/** What is never connected to: link-local, cloud metadata, unspecified, multicast, reserved. */
const never = listOf(
  ['0.0.0.0/8', '169.254.0.0/16', '100.100.100.200/32', '192.0.0.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ['::/128', 'fe80::/10', 'fd00:ec2::/32', 'fd20:ce::/32', 'ff00::/8'],
);
/** A company's own networks: only where the administrator allows them. */
const privateRanges = listOf(
  ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'],
  ['fc00::/7', 'fec0::/10'],
);
const loopback = listOf(['127.0.0.0/8'], ['::1/128']);

function listOf(v4: readonly string[], v6: readonly string[]): BlockList {
  const list = new BlockList();
  for (const [nets, family] of [
    [v4, 'ipv4'],
    [v6, 'ipv6'],
  ] as const)
    for (const net of nets) {
      const [address, bits] = net.split('/') as [string, string];
      list.addSubnet(address, Number(bits), family);
    }
  return list;
}

/** How near an address is. An IPv4 address that is written as IPv6 (`::ffff:10.0.0.1`) counts as what it is. */
export type Reach = 'loopback' | 'private' | 'public' | 'never';

/** `fe80::1%eth0` is the address `fe80::1`. */
const withoutZone = (address: string) => address.split('%', 1)[0] ?? '';

const zeros = (count: number) => Array<number>(count).fill(0);
/** What stands before an IPv4 address that is written as IPv6: mapped, NAT64, and the old compatible form. */
const prefixes = [
  [...zeros(10), 0xff, 0xff],
  [0, 0x64, 0xff, 0x9b, ...zeros(8)],
];
const compatible = zeros(12);

/** The IPv4 address that an IPv6 address carries, which is where a connection to it ends. */
function carried(address: string): string | null {
  const bytes = bytesOfV6(address);
  if (bytes === null) return null;
  const four = (at: number) => bytes.slice(at, at + 4).join('.');
  const begins = (prefix: readonly number[]) => prefix.every((byte, at) => byte === bytes[at]);
  if (begins([0x20, 0x02])) return four(2);
  if (prefixes.some(begins)) return four(12);
  // :: and ::1 are themselves.
  return begins(compatible) && bytes[12] !== 0 ? four(12) : null;
}

function bytesOfV6(address: string): number[] | null {
  const plain = withoutZone(address);
  if (isIP(plain) !== 6) return null;
  // The platform writes an address in its shortest form, so that only groups are left to read.
  const groups = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  const [head = '', tail] = groups.split('::');
  const words = (part: string) => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)));
  const before = words(head);
  const after = tail === undefined ? [] : words(tail);
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return all.flatMap((word) => [word >> 8, word & 255]);
}

/** How near an address is. Throws RangeError for what is none. */
export function reachOf(address: string): Reach {
  const plain = withoutZone(address);
  const inner = carried(plain);
  if (inner !== null) return reachOf(inner);
  const kind = isIP(plain);
  if (kind === 0) throw new RangeError(`${address} is not an address`);
  const family = kind === 4 ? 'ipv4' : 'ipv6';
  if (never.check(plain, family)) return 'never';
  if (loopback.check(plain, family)) return 'loopback';
  return privateRanges.check(plain, family) ? 'private' : 'public';
}

/**
 * Where an address is, for what is counted by place: an IPv4 address itself, also one that is written as IPv6; of an IPv6
 * address the first 64 bits, since whoever has one has them all. Anything else is itself.
 */
export function placeOf(address: string): string {
  const plain = withoutZone(address);
  const inner = carried(plain);
  if (inner !== null) return inner;
  const bytes = bytesOfV6(plain);
  if (bytes === null || loopback.check(plain, 'ipv6')) return address;
  const groups = [0, 2, 4, 6].map((at) => ((bytes[at]! << 8) | bytes[at + 1]!).toString(16));
  return `${groups.join(':')}::/64`;
}

/**
 * Whether a host is surely on the internet by its looks: a public address, or a name with a known top. Names of one word,
 * and tops that companies use within, are not.
 */
export function isPublicName(host: string): boolean {
  const plain = host.replace(/^\[|\]$/g, '');
  if (isIP(plain) !== 0) return reachOf(plain) === 'public';
  return /\.[a-z]{2,}$/i.test(plain) && !/\.(local|localhost|lan|internal|intranet|home|corp)$/i.test(plain);
}
