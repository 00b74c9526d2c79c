/** How the build wrote a file down beside the file itself, best first, and what its name ends in. */
export const codings = { br: '.br', gzip: '.gz' } as const;
export type Coding = keyof typeof codings;

/**
 * The codings that a client takes, in the order of our preference (RFC 9110, 12.5.3: one with q=0 is refused, `*` stands
 * for those that aren't named). Without the header a browser would take any, but who sends none can hardly unpack.
 */
export function acceptedCodings(header: string | null): Coding[] {
  const weights = new Map<string, number>();
  for (const part of (header ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((text) => text.startsWith('q='))?.slice(2);
    if (name !== '') weights.set(name, weight === undefined ? 1 : Number(weight));
  }
  const takes = (coding: string) => (weights.get(coding) ?? weights.get('*') ?? 0) > 0;
  return (Object.keys(codings) as Coding[]).filter(takes);
}

/** Whether a client's If-None-Match holds this tag; weak and strong ones are alike here (RFC 9110, 13.1.2). */
export const hasTag = (header: string | null, tag: string): boolean =>
  header?.split(',').some((text) => ['*', tag].includes(text.trim().replace(/^W\//, ''))) ?? false;
