import sql, { type Sql } from 'sql-template-tag';

export interface City {
  id: number;
  name: string;
  countryCode: string;
}

/**
 * A part of a statement: the common table expression `city`, which stores cities that aren't there yet. It needs no
 * other part.
 */
export const storeCities = (cities: readonly City[]): Sql => sql`city as (
      insert into nearest_cities (id, name, country_code)
      select * from unnest(${cities.map((city) => city.id)}::integer[], ${cities.map((city) => city.name)}::text[],
        ${cities.map((city) => city.countryCode)}::text[]) as c (id, name, country_code)
      order by id
      on conflict (id) do nothing
    )`;
