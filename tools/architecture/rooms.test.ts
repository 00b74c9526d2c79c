import { describe, expect, it } from 'vitest';
import { mayUse, rooms, wrongRooms } from './rooms.ts';
import { sharedFiles, withoutRoom } from './shared-rooms.ts';
import { readSources } from './sources.ts';

const core = readSources('src-main/core');
const pages = readSources('src-renderer/pages');
const shared = readSources('src-shared');
const wrongIn = (sources: ReadonlyMap<string, string>) =>
  [...sources].flatMap(([file, text]) => wrongRooms(file, text));

describe('the table of rooms', () => {
  it('lets a room use what those it uses may use', () => {
    expect(mayUse('orders', 'audit')).toBe(true);
    expect(mayUse('audit', 'orders')).toBe(false);
    expect(rooms.filter((room) => mayUse('platform', room))).toEqual(['platform']);
  });

  it('has app above every room', () => {
    expect(rooms.filter((room) => !mayUse('app', room))).toEqual([]);
    expect(rooms.filter((room) => mayUse(room, 'app'))).toEqual(['app']);
  });

  it('has no two rooms that may use each other', () => {
    const both = rooms.flatMap((a) => rooms.filter((b) => a < b && mayUse(a, b) && mayUse(b, a)).map((b) => [a, b]));
    expect(both).toEqual([]);
  });
});

describe('a wrong import is refused', () => {
  it.each([
    ['core', 'src-main/core/keys/x.ts', "import { y } from '../orders/y.ts';", 'keys may not use orders.'],
    [
      'core, for types',
      'src-main/core/keys/a/x.ts',
      "import type { Y } from '../../app/y.ts';",
      'keys may not use app.',
    ],
    [
      'core, of a testing folder',
      'src-main/core/keys/x.ts',
      "import { y } from '../testing/y.ts';",
      'testing folders are for tests.',
    ],
    ['pages', 'src-renderer/pages/map/X.tsx', "import { y } from '../offline/y.ts';", 'map may not use offline.'],
    [
      'a contract of a higher room',
      'src-main/core/keys/x.ts',
      "import { y } from '../../../src-shared/contract/trackers.ts';",
      'it speaks of trackers, which keys may not use.',
    ],
    [
      'rules of a higher room',
      'src-shared/domain/mac-address.ts',
      "import { y } from './allocation.ts';",
      'it speaks of orders, which keys may not use.',
    ],
  ])('in %s', (_where, file, text, why) => {
    expect(wrongRooms(file, text)).toEqual([expect.stringMatching(new RegExp(`^${file} imports .*: ${why}$`))]);
  });

  it.each(['src-main/core/x.ts', 'src-main/core/services/x.ts', 'src-renderer/pages/X.tsx'])(
    '%s has no room',
    (file) => {
      expect(wrongRooms(file, '')).toEqual([expect.stringContaining(`${file} stands in no room: `)]);
    },
  );

  it('nor has a new contract', () => {
    expect(withoutRoom('src-shared/contract/weather.ts')).toEqual([
      'src-shared/contract/weather.ts has no room: name it in tools/architecture/shared-rooms.ts.',
    ]);
  });
});

describe('the table holds', () => {
  it('in core', () => expect(wrongIn(core)).toEqual([]));
  it('in pages', () => expect(wrongIn(pages)).toEqual([]));
  it('in contract and domain', () => expect(wrongIn(shared)).toEqual([]));

  it('for every file of contract and domain, each of which has a room', () => {
    expect([...shared.keys()].flatMap(withoutRoom)).toEqual([]);
    expect(sharedFiles.filter((file) => !shared.has(file))).toEqual([]);
  });
});
