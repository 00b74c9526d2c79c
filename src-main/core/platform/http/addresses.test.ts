import { expect, it } from 'vitest';
import { placeOf, type Reach, reachOf } from './addresses.ts';

it.each<[string, Reach]>([
  ['127.0.0.1', 'loopback'],
  ['127.255.0.9', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['10.1.2.3', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.1', 'public'],
  ['192.168.0.1', 'private'],
  ['100.64.0.1', 'private'],
  ['::ffff:192.168.0.1', 'private'],
  ['64:ff9b::a00:1', 'private'],
  ['2002:a00:1::', 'private'],
  ['fd12::1', 'private'],
  ['169.254.169.254', 'never'],
  ['::ffff:a9fe:a9fe', 'never'],
  ['64:ff9b::a9fe:a9fe', 'never'],
  ['fd00:ec2::254', 'never'],
  ['fe80::1%eth0', 'never'],
  ['100.100.100.200', 'never'],
  ['0.0.0.0', 'never'],
  ['::', 'never'],
  ['224.0.0.1', 'never'],
  ['255.255.255.255', 'never'],
  ['17.253.144.10', 'public'],
  ['2a01:b740::1', 'public'],
])('%s is %s', (address, reach) => expect(reachOf(address)).toBe(reach));

it('takes nothing else for an address', () => expect(() => reachOf('localhost')).toThrow(RangeError));

it.each([
  ['10.1.2.3', '10.1.2.3'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['::ffff:a01:203', '10.1.2.3'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '::1'],
  ['unknown', 'unknown'],
])('counts %s as %s', (address, place) => expect(placeOf(address)).toBe(place));
