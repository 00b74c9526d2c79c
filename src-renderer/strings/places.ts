import { count, distance } from './format.ts';

export const places = {
  search: 'Find a place',
  placeholder: 'Town, location or 53.55, 9.99',
  searching: 'Searching …',
  nothing: 'No place has that name. You can also type coordinates: 53.5511, 9.9937',
  hint: 'Type a town, one of your locations or a pair of coordinates.',
  groups: { position: 'Position', location: 'Your locations', town: 'Towns', address: 'Addresses' },
  goThere: 'Latitude, longitude',
  town: (country: string, people: number, near: { name: string; distanceM: number } | null) =>
    [
      country,
      near && (near.distanceM < 1000 ? `at ${near.name}` : `${distance(near.distanceM)} from ${near.name}`),
      people > 0 && `${count(people)} people`,
    ]
      .filter(Boolean)
      .join(' · '),
  lookUp: (text: string) => `Look up “${text}” as an address`,
  told: (host: string) => `${host} receives what you type`,
  noAddress: 'No address was found.',
  clear: 'Clear the search',
  geocoder: {
    title: 'Address search',
    hint: 'The console finds towns by itself. For streets it can ask a geocoder of your company. The geocoder receives an address only when someone asks for it, never while they type.',
    service: 'Service',
    services: { none: 'None', nominatim: 'Nominatim', photon: 'Photon' },
    url: 'Address of the service',
    urlHint:
      'For example https://nominatim.example.org. Read its terms first: public services allow only a few requests.',
    attribution: 'Attribution',
    attributionHint: 'Shown below the addresses that it finds.',
    saved: 'Address search saved',
  },
} as const;
