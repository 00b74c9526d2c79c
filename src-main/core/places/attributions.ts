/** Whose data the console shows; their licences ask to be named. */
export const attributions = [
  'City names: GeoNames (https://www.geonames.org), CC BY 4.0',
  'Base map: Natural Earth (https://www.naturalearthdata.com), public domain',
  'Typeface: Inter (https://rsms.me/inter), SIL Open Font License 1.1',
] as const;
