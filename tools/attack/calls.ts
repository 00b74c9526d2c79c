/** As much of the OpenAPI document as an attack goes by. */
export interface Document {
  paths: Record<
    string,
    Record<string, { 'x-roles'?: string[]; 'x-scopes'?: string[]; security?: Record<string, unknown>[] }>
  >;
}

export interface Call {
  method: string;
  /** With `{name}` for parameters. */
  path: string;
  /** Null on public operations. */
  roles: readonly string[] | null;
  /** Empty where no API token opens it. */
  scopes: readonly string[];
}

export type Person =
  | { kind: 'nobody' }
  | { kind: 'session'; cookie: string }
  /** An API token, or what pretends to be one. */
  | { kind: 'bearer'; token: string };

export const callsIn = (document: Document): Call[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      roles: operation['x-roles'] ?? null,
      scopes: operation['x-scopes'] ?? [],
    })),
  );

export const pathOf = ({ path }: Call, idOf: (name: string) => number): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => String(idOf(name)));

export function asWhom(who: Person): Record<string, string> {
  if (who.kind === 'session') return { cookie: who.cookie };
  return who.kind === 'bearer' ? { authorization: `Bearer ${who.token}` } : {};
}
