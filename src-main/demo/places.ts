/** The demo company's forty locations: real towns and freight areas, made-up tenants. WGS 84 degrees. */
export interface DemoPlace {
  key: string;
  kind: 'storage' | 'delivery';
  name: string;
  address: string;
  latitude: number;
  longitude: number;
  /** Metres; freight areas are wide. */
  radiusM: number;
}

type Row = [key: string, name: string, address: string, latitude: number, longitude: number, radiusM?: number];

const storage: Row[] = [
  ['hamburg', 'Hamburg Altenwerder', 'Vollhöfner Weiden, 21129 Hamburg, Germany', 53.5046, 9.9314, 350],
  ['lehrte', 'Hannover Lehrte depot', 'Westtangente, 31275 Lehrte, Germany', 52.385, 9.965, 250],
  ['rotterdam', 'Rotterdam Maasvlakte', 'Europaweg, 3199 Rotterdam, Netherlands', 51.9536, 4.0289, 400],
  ['lyon', 'Lyon Saint-Priest', 'Rue de Suède, 69800 Saint-Priest, France', 45.6954, 4.952, 250],
  ['wroclaw', 'Wrocław Bielany', 'ul. Magazynowa, 55-040 Bielany Wrocławskie, Poland', 51.0383, 16.965, 250],
  ['strykow', 'Łódź Stryków', 'ul. Smolice, 95-010 Stryków, Poland', 51.898, 19.579, 250],
  ['goteborg', 'Göteborg Arendal', 'Sydatlanten, 418 34 Göteborg, Sweden', 57.696, 11.823, 300],
  ['malmo', 'Malmö Fosie', 'Agnesfridsvägen, 213 75 Malmö, Sweden', 55.565, 13.037, 200],
  ['barcelona', 'Barcelona ZAL Port', 'Carrer de l’Atlàntic, 08040 Barcelona, Spain', 41.327, 2.125, 300],
  ['zaragoza', 'Zaragoza PLAZA', 'Calle Turiaso, 50197 Zaragoza, Spain', 41.633, -1.01, 300],
  ['memphis', 'Memphis Southeast', 'E Shelby Dr, Memphis, TN 38118, USA', 35.029, -89.896, 300],
  ['campinas', 'Campinas Viracopos', 'Rod. Santos Dumont, Campinas, Brazil', -23.008, -47.134, 300],
  ['melbourne', 'Melbourne Altona North', 'Grieve Parade, Altona North VIC, Australia', -37.837, 144.819, 250],
  ['segrate', 'Milano Segrate', 'Via Rivoltana, 20054 Segrate, Italy', 45.487, 9.301, 200],
];
const delivery: Row[] = [
  ['hamburg-city', 'Hamburg showroom', 'Mönckebergstraße, 20095 Hamburg, Germany', 53.551, 9.9994],
  ['berlin', 'Berlin Kurfürstendamm', 'Kurfürstendamm, 10719 Berlin, Germany', 52.503, 13.3275],
  ['leipzig', 'Leipzig Promenaden', 'Willy-Brandt-Platz, 04109 Leipzig, Germany', 51.345, 12.381, 150],
  ['munich', 'München Marienplatz', 'Weinstraße, 80333 München, Germany', 48.1383, 11.5746],
  ['rotterdam-east', 'Rotterdam Alexandrium', 'Watermanweg, 3067 Rotterdam, Netherlands', 51.9515, 4.5525, 150],
  ['brussels', 'Bruxelles Louise', 'Avenue Louise, 1050 Bruxelles, Belgium', 50.8327, 4.3624],
  ['paris', 'Paris République', 'Boulevard du Temple, 75003 Paris, France', 48.8656, 2.3648],
  ['marseille', 'Marseille La Joliette', 'Boulevard de Dunkerque, 13002 Marseille, France', 43.3042, 5.3672],
  ['wroclaw-city', 'Wrocław Rynek office', 'Świdnicka, 50-066 Wrocław, Poland', 51.1079, 17.0312],
  ['warsaw', 'Warszawa Śródmieście', 'Marszałkowska, 00-017 Warszawa, Poland', 52.2307, 21.0118],
  ['krakow', 'Kraków Stare Miasto', 'Floriańska, 31-021 Kraków, Poland', 50.0637, 19.9408],
  ['prague', 'Praha Karlín', 'Křižíkova, 186 00 Praha, Czechia', 50.0923, 14.4517],
  ['goteborg-city', 'Göteborg Nordstan', 'Nordstadstorget, 411 05 Göteborg, Sweden', 57.7088, 11.9693],
  ['copenhagen', 'København Vesterbro', 'Vesterbrogade, 1620 København, Denmark', 55.6727, 12.5583],
  ['stockholm', 'Stockholm Norrmalm', 'Drottninggatan, 111 60 Stockholm, Sweden', 59.3349, 18.0616],
  ['oslo', 'Oslo Sentrum', 'Storgata, 0155 Oslo, Norway', 59.9139, 10.7517],
  ['campinas-city', 'Campinas Centro', 'Rua Treze de Maio, Campinas, Brazil', -22.9046, -47.0613],
  ['sao-paulo', 'São Paulo Paulista', 'Avenida Paulista, São Paulo, Brazil', -23.5614, -46.6559],
  ['rio', 'Rio de Janeiro Centro', 'Avenida Rio Branco, Rio de Janeiro, Brazil', -22.9053, -43.1778],
  ['barcelona-city', 'Barcelona Eixample', 'Passeig de Gràcia, 08007 Barcelona, Spain', 41.3917, 2.1649],
  ['madrid', 'Madrid Gran Vía', 'Gran Vía, 28013 Madrid, Spain', 40.4203, -3.7058],
  ['lisbon', 'Lisboa Chiado', 'Rua Garrett, 1200 Lisboa, Portugal', 38.7107, -9.1406],
  ['memphis-city', 'Memphis Downtown', 'Union Ave, Memphis, TN 38103, USA', 35.1417, -90.0519],
  ['nashville', 'Nashville Broadway', 'Broadway, Nashville, TN 37203, USA', 36.1597, -86.7785],
  ['atlanta', 'Atlanta Peachtree', 'Peachtree St NE, Atlanta, GA 30308, USA', 33.7666, -84.3866],
  ['sydney', 'Sydney CBD', 'George St, Sydney NSW 2000, Australia', -33.8708, 151.2073],
];

const place =
  (kind: DemoPlace['kind'], radius: number) =>
  ([key, name, address, latitude, longitude, radiusM = radius]: Row): DemoPlace => ({
    key,
    kind,
    name,
    address,
    latitude,
    longitude,
    radiusM,
  });

export const demoPlaces: readonly DemoPlace[] = [
  ...storage.map(place('storage', 250)),
  ...delivery.map(place('delivery', 100)),
];

export function placeNamed(key: string): DemoPlace {
  const found = demoPlaces.find((candidate) => candidate.key === key);
  if (!found) throw new RangeError(`no demo place ${key}`);
  return found;
}
