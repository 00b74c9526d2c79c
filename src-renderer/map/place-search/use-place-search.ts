import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import type { Location } from '../../../src-shared/contract/locations.ts';
import type { Address, Place } from '../../../src-shared/contract/places.ts';
import { parsePosition } from '../../../src-shared/domain/geo/parse-position.ts';
import { useOperation } from '../../api/use-operation.ts';
import { locationKindNames } from '../../strings/common.ts';
import { places as words } from '../../strings/places.ts';
import { boxAround } from './box-around.ts';

/** Something to go to on a map. */
export interface FoundPlace {
  key: string;
  group: keyof typeof words.groups;
  name: string;
  detail: string;
  latitude: number;
  longitude: number;
  /** West, south, east, north of what was found; null where a zoom has to do. */
  bounds: [number, number, number, number] | null;
  /** Shows about as much as there is to see. */
  zoom: number;
}

const WAIT_MS = 180;
const LIMIT = 6;

/** Finds what a text may mean: a position, the company's locations, towns, and on demand addresses. */
export function usePlaceSearch(text: string) {
  const typed = text.trim();
  const [search] = useDebouncedValue(typed, WAIT_MS);
  const position = parsePosition(typed);
  const enabled = search.length >= 2 && parsePosition(search) === null;
  const query = { search: search.slice(0, 200), limit: LIMIT };
  const options = { enabled, placeholderData: keepPreviousData, staleTime: 60_000 };
  const towns = useOperation('searchPlaces', { query }, options);
  const storage = useOperation('listStorageLocations', { query }, options);
  const delivery = useOperation('listDeliveryLocations', { query }, options);
  const [asked, setAsked] = useState('');
  const wantsAddresses = asked !== '' && asked === typed;
  const addresses = useOperation(
    'searchAddresses',
    { query: { search: asked, limit: LIMIT } },
    { enabled: wantsAddresses, staleTime: Infinity, retry: false },
  );
  const locations = [...(storage.data?.items ?? []), ...(delivery.data?.items ?? [])].slice(0, LIMIT);
  const items: FoundPlace[] = position
    ? [fromPosition(position)]
    : enabled
      ? [
          ...locations.map(fromLocation),
          ...(towns.data?.items ?? []).map(fromTown),
          ...(wantsAddresses ? (addresses.data?.items ?? []) : []).map(fromAddress),
        ]
      : [];
  return {
    items,
    searching: position === null && typed.length >= 2 && (typed !== search || towns.isFetching),
    /** Who would be told the text to look an address up; null where nobody can be, or was asked already. */
    geocoder: position === null && typed.length >= 3 && !wantsAddresses ? (towns.data?.geocoder?.host ?? null) : null,
    lookUp: () => setAsked(typed),
    addresses: wantsAddresses ? addresses : null,
  };
}

const fromPosition = ({ latitude, longitude }: { latitude: number; longitude: number }): FoundPlace => ({
  key: 'position',
  group: 'position',
  name: `${round(latitude)}, ${round(longitude)}`,
  detail: words.goThere,
  latitude,
  longitude,
  bounds: null,
  zoom: 15,
});
const round = (degrees: number): string => String(Number(degrees.toFixed(6)));

function fromLocation({ kind, id, name, address, position, geofenceRadiusM }: Location): FoundPlace {
  const [longitude, latitude] = position.coordinates;
  return {
    key: `${kind}-${id}`,
    group: 'location',
    name,
    detail: [locationKindNames[kind], address].filter(Boolean).join(' · '),
    latitude,
    longitude,
    bounds: boxAround(latitude, longitude, 3 * geofenceRadiusM),
    zoom: 15,
  };
}

function fromTown({ id, name, country, population, near, position }: Place): FoundPlace {
  const [longitude, latitude] = position.coordinates;
  const zoom = population > 1_000_000 ? 10 : population > 100_000 ? 11 : population > 10_000 ? 12 : 13;
  const detail = words.town(country, population, near);
  return { key: `town-${id}`, group: 'town', name, detail, latitude, longitude, bounds: null, zoom };
}

function fromAddress({ name, position, bounds }: Address, n: number): FoundPlace {
  const [longitude, latitude] = position.coordinates;
  const [first = name, ...rest] = name.split(', ');
  return {
    key: `address-${n}`,
    group: 'address',
    name: first,
    detail: rest.join(', '),
    latitude,
    longitude,
    bounds,
    zoom: 17,
  };
}
