import { setImmediate } from 'node:timers/promises';
import type { Place } from '../../../src-shared/contract/places.ts';
import { foldName } from '../../../src-shared/domain/fold-name.ts';
import { EARTH_RADIUS_M, readCities } from './nearest-city.ts';
import { otherNames } from './other-names.ts';
import { SphereTree } from './sphere-tree.ts';

export type SearchPlaces = (text: string, limit: number) => Promise<Place[]>;

type City = ReturnType<typeof readCities>[number];
/** A name of a city, from one of its words on. */
interface Entry {
  key: string;
  city: number;
  /** Whether the key is the whole name. */
  whole: boolean;
}

/** People in a city that others are named after, as in “near Mannheim”. */
const LARGE = 100_000;
/** A name begins with what was typed, or one of its words does; these are cut off before they are ranked. */
const MOST_LOOKED_AT = 20_000;

/** Names that are folded in one go, before others of this thread have their turn. */
const AT_ONCE = 2_000;

/**
 * A function that finds towns by name. Whole names come before beginnings of names, and these before beginnings of a later
 * word; then the larger ones. Where none begins so, names that differ in a letter or two.
 * The list is read at the first call: 130,000 places, a quarter of a second, and as much again in small pieces.
 */
export function createPlaceSearch(): SearchPlaces {
  let index: Promise<PlaceIndex> | null = null;
  return async (text, limit) => {
    index ??= PlaceIndex.read();
    return (await index).search(text, limit);
  };
}

let shared: SearchPlaces | undefined;
/** Searches the one list of this thread. */
export const searchPlaces: SearchPlaces = (text, limit) => {
  shared ??= createPlaceSearch();
  return shared(text, limit);
};

class PlaceIndex {
  readonly #cities: City[];
  /** By the first letter; sorted when it is first looked into. */
  readonly #entries = new Map<string, { sorted: boolean; list: Entry[] }>();
  readonly #large: { cities: City[]; tree: SphereTree };
  readonly #countries: Countries;

  private constructor(cities: City[]) {
    this.#cities = cities;
    this.#countries = new Countries(new Set(cities.map(({ country }) => country)));
    const large = cities.filter(({ population }) => population >= LARGE);
    this.#large = { cities: large, tree: new SphereTree(large.map(({ loc }) => loc.coordinates)) };
  }

  static async read(): Promise<PlaceIndex> {
    const cities = readCities();
    const index = new PlaceIndex(cities);
    for (let city = 0; city < cities.length; city++) {
      index.#add(cities[city]!.name, city);
      if (city % AT_ONCE === 0) await setImmediate();
    }
    const byName = new Map(cities.map((city, n) => [`${city.country} ${city.name}`, n]));
    for (const [other, name, country] of otherNames) {
      const city = byName.get(`${country} ${name}`);
      if (city !== undefined) index.#add(other, city);
    }
    return index;
  }

  /** Under each of its words. */
  #add(name: string, city: number): void {
    for (const entry of entriesOf(foldName(name), city)) {
      const letter = entry.key.slice(0, 1);
      const known = this.#entries.get(letter);
      if (known) known.list.push(entry);
      else this.#entries.set(letter, { sorted: false, list: [entry] });
    }
  }

  #beginningWithLetterOf(name: string): readonly Entry[] {
    const found = this.#entries.get(name.slice(0, 1));
    if (!found) return [];
    if (!found.sorted) found.list.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    found.sorted = true;
    return found.list;
  }

  search(text: string, limit: number): Place[] {
    const { name, countries } = this.#countries.split(text);
    const matches = (city: number) => countries === null || countries.has(this.#cities[city]!.country);
    let found = this.#beginningWith(name, matches);
    if (found.size === 0 && countries === null) {
      // Frankfurt Germany, without a comma.
      const parted = this.#countries.splitLastWord(text);
      if (parted) found = this.#beginningWith(parted.name, (city) => parted.countries.has(this.#cities[city]!.country));
    }
    if (found.size === 0) found = this.#almost(name, matches);
    return [...found]
      .sort(([a, x], [b, y]) => x - y || this.#cities[b]!.population - this.#cities[a]!.population)
      .slice(0, limit)
      .map(([city]) => this.#describe(this.#cities[city]!));
  }

  /** Cities with how well they match, 0 best. */
  #beginningWith(name: string, matches: (city: number) => boolean): Map<number, number> {
    const found = new Map<number, number>();
    if (name === '') return found;
    const entries = this.#beginningWithLetterOf(name);
    const first = firstFrom(entries, name);
    for (let at = first; at < entries.length && at < first + MOST_LOOKED_AT; at++) {
      const { key, city, whole } = entries[at]!;
      if (!key.startsWith(name)) break;
      if (!matches(city)) continue;
      const rank = whole ? (key === name ? 0 : 1) : 2;
      if (rank < (found.get(city) ?? 3)) found.set(city, rank);
    }
    return found;
  }

  /** Names that begin with the same letter and differ by one letter, or by two where they are long. */
  #almost(name: string, matches: (city: number) => boolean): Map<number, number> {
    const found = new Map<number, number>();
    const most = name.length < 5 ? 0 : name.length < 9 ? 1 : 2;
    if (most === 0) return found;
    for (const { key, city, whole } of this.#beginningWithLetterOf(name)) {
      if (!whole || Math.abs(key.length - name.length) > most || !matches(city)) continue;
      const differing = editsUpTo(name, key, most);
      if (differing <= most) found.set(city, Math.min(differing, found.get(city) ?? most));
    }
    return found;
  }

  #describe({ cityId, name, country, population, loc }: City): Place {
    const { tree, cities } = this.#large;
    const [longitude, latitude] = loc.coordinates;
    const found = population < LARGE ? tree.nearest(longitude, latitude) : null;
    const near = found && {
      name: cities[found.place]!.name,
      distanceM: Math.round(2 * EARTH_RADIUS_M * Math.asin(Math.min(1, found.chord / 2))),
    };
    return {
      id: cityId,
      name,
      country: this.#countries.nameOf(country),
      countryCode: country,
      population,
      near,
      position: { type: 'Point', coordinates: [longitude, latitude] },
    };
  }
}

function firstFrom(entries: readonly Entry[], key: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle]!.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function entriesOf(key: string, city: number): Entry[] {
  const entries: Entry[] = [{ key, city, whole: true }];
  for (let at = key.indexOf(' '); at >= 0; at = key.indexOf(' ', at + 1))
    entries.push({ key: key.slice(at + 1), city, whole: false });
  return entries;
}

/** Countries by their English and German names and by their codes. */
class Countries {
  readonly #english = new Intl.DisplayNames('en', { type: 'region' });
  readonly #codes = new Map<string, string>();

  constructor(codes: ReadonlySet<string>) {
    const german = new Intl.DisplayNames('de', { type: 'region' });
    for (const code of codes)
      for (const word of [code, this.#english.of(code), german.of(code)])
        if (word) this.#codes.set(foldName(word), code);
    this.#codes.set('usa', 'US').set('uk', 'GB').set('england', 'GB');
  }

  nameOf = (code: string): string => this.#english.of(code) ?? code;

  /** `Frankfurt, Ger` is Frankfurt in each country that begins so. */
  split(text: string): { name: string; countries: ReadonlySet<string> | null } {
    const comma = text.indexOf(',');
    const name = foldName(comma < 0 ? text : text.slice(0, comma));
    const country = comma < 0 ? '' : foldName(text.slice(comma + 1));
    if (country === '') return { name, countries: null };
    const codes = [...this.#codes].filter(([word]) => word.startsWith(country)).map(([, code]) => code);
    return { name, countries: new Set(codes) };
  }

  splitLastWord(text: string): { name: string; countries: ReadonlySet<string> } | null {
    const words = foldName(text).split(' ');
    const code = words.length > 1 ? this.#codes.get(words.at(-1)!) : undefined;
    return code === undefined ? null : { name: words.slice(0, -1).join(' '), countries: new Set([code]) };
  }
}

/** Letters to insert, leave out, replace or swap to make one word the other (Damerau, 1964); `most + 1` when more. */
function editsUpTo(a: string, b: string, most: number): number {
  let earlier: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min(before[j - 1]! + (same ? 0 : 1), before[j]! + 1, row[j - 1]! + 1);
      if (!same && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, earlier[j - 2]! + 1);
      row.push(edits);
    }
    if (Math.min(...row) > most) return most + 1;
    earlier = before;
    before = row;
  }
  return before[b.length]!;
}
