import { describe, expect, it } from 'vitest';
import { foldName } from '../../../src-shared/domain/fold-name.ts';
import { createPlaceSearch } from './place-search.ts';

const search = createPlaceSearch();
const best = async (text: string) => {
  const [first] = await search(text, 8);
  return first && `${first.name}, ${first.countryCode}`;
};

describe('a town', () => {
  it.each([
    ['Hamburg', 'Hamburg, DE'],
    ['hamburg', 'Hamburg, DE'],
    ['HAMB', 'Hamburg, DE'],
    ['München', 'Munich, DE'],
    ['Muenchen', 'Munich, DE'],
    ['munchen', 'Munich, DE'],
    ['Munich', 'Munich, DE'],
    ['Köln', 'Köln, DE'],
    ['Koeln', 'Köln, DE'],
    ['koln', 'Köln, DE'],
    ['Zurich', 'Zürich, CH'],
    ['Düsseldorf', 'Düsseldorf, DE'],
    ['Duesseldorf', 'Düsseldorf, DE'],
    ['Aarhus', 'Århus, DK'],
    ['Århus', 'Århus, DK'],
    ['Lodz', 'Łódź, PL'],
    ['Łódź', 'Łódź, PL'],
    ['Malmo', 'Malmö, SE'],
    ['Gothenburg', 'Göteborg, SE'],
    ['Wien', 'Vienna, AT'],
    ['Warszawa', 'Warsaw, PL'],
    ['St. Gallen', 'Sankt Gallen, CH'],
    ['saint gallen', 'Sankt Gallen, CH'],
    ['york city', 'New York City, US'],
    ["L'Aquila", "L'Aquila, IT"],
    ['Hambrug', 'Hamburg, DE'],
    ['Stuttgard', 'Stuttgart, DE'],
    ['Frankfurt, Germany', 'Frankfurt am Main, DE'],
    ['Hamburg, USA', 'Hamburg, US'],
    ['Hamburg USA', 'Hamburg, US'],
    ['Paris Frankreich', 'Paris, FR'],
    ['Wien, Österreich', 'Vienna, AT'],
  ])('%s is %s', async (text, expected) => expect(await best(text)).toBe(expected));

  it('that is nowhere is not found, and no odd text does harm', async () => {
    for (const text of ['Qwertzuiop', '', '  ', ',', '().*', '東京', '🗺', 'x'.repeat(200)])
      expect(await search(text, 5)).toEqual([]);
  });

  it('is told apart from others of its name by country and the next large city', async () => {
    const found = await search('Neustadt', 20);
    expect(new Set(found.map((place) => `${place.country} ${place.near?.name} ${place.near?.distanceM}`)).size).toBe(
      found.length,
    );
    expect((await search('Hamburg', 1))[0]).toMatchObject({ country: 'Germany', near: null, population: 1_739_117 });
  });

  it('of few people comes after one of many', async () => {
    const populations = (await search('Berlin', 8)).map(({ population }) => population);
    expect(populations[0]).toBeGreaterThan(3_000_000);
    expect(await search('ham', 8)).toHaveLength(8);
  });
});

it('names that mean the same are folded alike', () => {
  for (const [a, b] of [
    ['Tromsø', 'tromso'],
    ['Sankt Pölten', 'St. Poelten'],
    ['Saint-Étienne', 'st etienne'],
    ['Großenhain', 'Grossenhain'],
    ['Ålesund', 'Alesund'],
  ] as const)
    expect(foldName(a)).toBe(foldName(b));
  expect(foldName('Stade')).toBe('stade');
});
