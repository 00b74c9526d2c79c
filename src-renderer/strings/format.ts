/** A span of time in words short enough for a table: `45 s`, `12 min`, `3 h 20 min`, `6 d 4 h`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return hours % 24 && days < 14 ? `${days} d ${hours % 24} h` : `${days} d`;
}

/** The same in whole words for a sentence: `1 day`, `2 days 3 hours`, `5 minutes`. */
export function durationInWords(seconds: number): string {
  const words = (n: number, unit: string) => `${n} ${unit}${n === 1 ? '' : 's'}`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (days > 0) return hours > 0 ? `${words(days, 'day')} ${words(hours, 'hour')}` : words(days, 'day');
  if (hours > 0) return rest > 0 ? `${words(hours, 'hour')} ${words(rest, 'minute')}` : words(hours, 'hour');
  return words(rest, 'minute');
}

/** A length in metres: `80 m`, `1.2 km`, `340 km`. */
export function distance(metres: number): string {
  if (metres < 1000) return `${Math.round(metres)} m`;
  const km = metres / 1000;
  return `${km < 10 ? km.toFixed(1) : Math.round(km).toLocaleString()} km`;
}

/** The nearest city as the product says it everywhere: `Basel, CH (4.1 km)`. */
export function nearestCity(city: { name: string; countryCode: string; distanceM: number } | null): string {
  return city ? `${city.name}, ${city.countryCode} (${distance(city.distanceM)})` : '';
}

const regions = new Intl.NumberFormat();
export const count = (value: number): string => regions.format(value);

/** Of a battery: `3.2 V`. */
export const voltage = (volts: number): string => `${volts.toFixed(1)} V`;

/** How long ago, in words: `4 min ago`. Instants to come read `in 4 min`. */
export function ago(instantMs: number, nowMs: number): string {
  const seconds = (nowMs - instantMs) / 1000;
  if (Math.abs(seconds) < 10) return 'just now';
  return seconds > 0 ? `${duration(seconds)} ago` : `in ${duration(-seconds)}`;
}

/** Bytes as people say them: `812 kB`, `1.4 MB`. */
export function bytes(value: number): string {
  if (value < 1_000_000) return `${Math.round(value / 1000)} kB`;
  const mb = value / 1_000_000;
  return mb < 1000 ? `${mb < 10 ? mb.toFixed(1) : Math.round(mb)} MB` : `${(mb / 1000).toFixed(1)} GB`;
}
