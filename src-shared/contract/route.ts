import { z } from 'zod';
import type { Access } from './roles.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
export type AnySchema = z.ZodType;

/** What a route answers with: a JSON document, a streamed file, an event stream, or nothing (204). */
export type Output<O extends AnySchema> =
  | { kind: 'json'; schema: O }
  | { kind: 'file'; contentTypes: readonly string[] }
  | { kind: 'events'; schema: O }
  | { kind: 'none' };

/**
 * What a route takes as its body: JSON that is checked against a schema, or a raw stream of one of the content types.
 * The handler reads a stream itself, so that an import is never in memory as a whole.
 */
export type Body<B extends AnySchema> =
  | { kind: 'json'; schema: B }
  | { kind: 'stream'; contentTypes: readonly string[]; maxBytes: number };

/**
 * What a route changes of a record that people edit. Its version is the ETag of whatever answers with a `version`, and
 * counts people's changes of people's fields.
 */
export interface Versioned {
  /**
   * The table that keeps the record, in kebab-case; the record is the one that the path's parameter names. Or `settings/…`
   * with the key of a setting.
   */
  record: string;
  /** Fields of the body that are refused without If-Match: what is replaced as a whole, and what gives rights. A deletion always is. */
  guarded?: readonly string[];
  /** Fields of the body that the version doesn't count: actions, which go by state, and secrets. */
  uncounted?: readonly string[];
}

/** One route as data. Router, typed client, OpenAPI and the authorization tests are all derived from this. */
export interface RouteSpec<
  P extends AnySchema = AnySchema,
  Q extends AnySchema = AnySchema,
  B extends AnySchema = AnySchema,
  O extends AnySchema = AnySchema,
> {
  method: Method;
  /** Below `/api/v1`, with `{name}` for path parameters. */
  path: string;
  summary: string;
  tag: string;
  access: Access;
  params?: P;
  query?: Q;
  body?: Body<B>;
  output: Output<O>;
  /** Success status. */
  status: 200 | 201 | 202 | 204;
  /** Whether sending the same request twice has the effect of sending it once, without an Idempotency-Key. */
  idempotent: boolean;
  /** The action name of the audit entry written in the transaction of the change; null for what changes nothing. */
  audited: string | null;
  /** The handler opens its own transactions: for streams, and for work that must not hold one open, such as logins. */
  ownTransaction?: boolean;
  /**
   * Somebody stands there and waits: a statement that takes longer than five seconds (else a minute) is stopped, and the
   * answer is 503. Lists that come in pages are quick unless they say otherwise.
   */
  quick?: boolean;
  /** Only for people with a session: no API token opens it, whatever its scopes. Meant for what gives access. */
  sessionOnly?: boolean;
  /** Also open to people who have to choose a new password first. */
  beforeNewPassword?: boolean;
  /**
   * Field of the body with the password of the person who asks, which is checked before the handler runs: it must be
   * they, and not whoever found the console open. On routes that open their own transactions.
   */
  reauthenticate?: string;
  /** On routes that change or delete a record with a version: what If-Match is compared with. */
  versioned?: Versioned;
}

/** Whether a route may take no longer than a person who scans or looks through a list waits. */
export function isQuick({ method, query, quick }: RouteSpec): boolean {
  if (quick !== undefined) return quick;
  return method === 'GET' && query instanceof z.ZodObject && 'limit' in query.shape;
}

/** Checks a route, and keeps its precise type down to the kind of its output and whether it is versioned. */
/* @__NO_SIDE_EFFECTS__ */
export function route<
  P extends AnySchema = z.ZodUndefined,
  Q extends AnySchema = z.ZodUndefined,
  B extends AnySchema = z.ZodUndefined,
  O extends AnySchema = z.ZodUndefined,
  K extends Output<AnySchema>['kind'] = Output<AnySchema>['kind'],
  V extends Versioned | undefined = undefined,
>(
  spec: RouteSpec<P, Q, B, O> & { output: { kind: K }; versioned?: V },
): RouteSpec<P, Q, B, O> & { output: { kind: K }; versioned?: V } {
  return spec;
}

export const json = /* @__NO_SIDE_EFFECTS__ */ <S extends AnySchema>(schema: S): { kind: 'json'; schema: S } => ({
  kind: 'json',
  schema,
});
export const file = /* @__NO_SIDE_EFFECTS__ */ (
  ...contentTypes: string[]
): { kind: 'file'; contentTypes: string[] } => ({
  kind: 'file',
  contentTypes,
});
export const nothing = { kind: 'none' } as const;

type Parsed<S> = S extends z.ZodUndefined ? undefined : S extends AnySchema ? z.output<S> : undefined;
type Sent<S> = S extends z.ZodUndefined ? undefined : S extends AnySchema ? z.input<S> : undefined;

/** Input of a handler after validation. */
export type HandlerInput<R> =
  R extends RouteSpec<infer P, infer Q, infer B, AnySchema>
    ? { params: Parsed<P>; query: Parsed<Q>; body: Parsed<B> }
    : never;

/** What a handler of this route returns (and the router checks in development and tests). */
export type HandlerOutput<R> =
  R extends RouteSpec<AnySchema, AnySchema, AnySchema, infer O>
    ? O extends z.ZodUndefined
      ? // biome-ignore lint/suspicious/noConfusingVoidType: a handler of a route without an answer returns nothing
        void
      : z.input<O>
    : never;

type Optional<K extends string, T> = T extends undefined
  ? { [P in K]?: undefined }
  : Record<string, never> extends T
    ? { [P in K]?: T }
    : { [P in K]: T };

/** What the typed client sends. */
export type ClientInput<R> =
  R extends RouteSpec<infer P, infer Q, infer B, AnySchema>
    ? Optional<'params', Sent<P>> & Optional<'query', Sent<Q>> & Optional<'body', Sent<B>>
    : never;

/** What the typed client answers with. */
export type ClientOutput<R> =
  R extends RouteSpec<AnySchema, AnySchema, AnySchema, infer O>
    ? O extends z.ZodUndefined
      ? undefined
      : z.output<O>
    : never;
