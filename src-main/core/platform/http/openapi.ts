import { z } from 'zod';
import { problemSchema } from '../../../../src-shared/contract/problem.ts';
import type { AnySchema, Body, Output, RouteSpec } from '../../../../src-shared/contract/route.ts';
import { API_PREFIX, routes } from '../../../../src-shared/contract/routes.ts';
import { scopesOf } from '../../../../src-shared/contract/scopes.ts';
import { SESSION_COOKIE } from './session-token.ts';

type JsonSchema = Record<string, unknown>;

/** JSON Schema 2020-12, the dialect of OpenAPI 3.1. What JSON Schema can't say (a check in code) is left open. */
function schemaOf(schema: AnySchema, io: 'input' | 'output'): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' });
  return rest;
}

function parametersOf(schema: AnySchema | undefined, place: 'path' | 'query'): JsonSchema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    // A coerced value has no input type of its own; what it becomes says more.
    schema: Object.keys(property).length > 0 ? property : (outputProperty(schema, name) ?? {}),
  }));
}

const outputProperty = (schema: AnySchema, name: string) =>
  (schemaOf(schema, 'output') as { properties?: Record<string, JsonSchema> }).properties?.[name];

function requestBodyOf(body: Body<AnySchema> | undefined): JsonSchema | undefined {
  if (!body) return undefined;
  if (body.kind === 'json') {
    return { required: true, content: { 'application/json': { schema: schemaOf(body.schema, 'input') } } };
  }
  return {
    required: true,
    description: `At most ${body.maxBytes} bytes.`,
    content: Object.fromEntries(body.contentTypes.map((type) => [type, {}])),
  };
}

function successOf(output: Output<AnySchema>): JsonSchema {
  switch (output.kind) {
    case 'json':
      return { description: 'Success', content: { 'application/json': { schema: schemaOf(output.schema, 'output') } } };
    case 'events':
      return {
        description: 'Server-Sent Events; each data field is one JSON document of this schema.',
        content: { 'text/event-stream': { schema: schemaOf(output.schema, 'output') } },
      };
    case 'file':
      return { description: 'The file', content: Object.fromEntries(output.contentTypes.map((type) => [type, {}])) };
    case 'none':
      return { description: 'Done; no content' };
  }
}

const problem = { $ref: '#/components/responses/Problem' };
const idempotencyHeader = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A key of your own: the same request with the same key is done once, and answered alike.',
  schema: { type: 'string', maxLength: 200 },
};

const ifMatchHeader = ({ versioned, method }: RouteSpec) => ({
  name: 'If-Match',
  in: 'header',
  required: method === 'DELETE',
  description: `The ETag that you have read, as in "7", or *. A record that others changed since is refused with 412.${
    versioned?.guarded ? ` Needed for ${versioned.guarded.join(', ')}.` : ''
  }`,
  schema: { type: 'string', maxLength: 200 },
});

/** A session opens what the role may do; an API token what also one of its scopes (`x-scopes`) covers. */
function securityOf(spec: RouteSpec): JsonSchema[] {
  if (spec.access === 'public') return [];
  const session = [{ sessionCookie: [] }, { sessionToken: [] }];
  return spec.sessionOnly ? session : [...session, { apiToken: [] }];
}

function operationOf(operationId: string, spec: RouteSpec): JsonSchema {
  const parameters = [...parametersOf(spec.params, 'path'), ...parametersOf(spec.query, 'query')];
  if (spec.method !== 'GET' && spec.access !== 'public' && !spec.ownTransaction) parameters.push(idempotencyHeader);
  if (spec.versioned) parameters.push(ifMatchHeader(spec));
  const requestBody = requestBodyOf(spec.body);
  return {
    operationId,
    summary: spec.summary,
    tags: [spec.tag],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(requestBody ? { requestBody } : {}),
    responses: { [spec.status]: successOf(spec.output), default: problem },
    security: securityOf(spec),
    ...(spec.access === 'public' ? {} : { 'x-roles': spec.access }),
    ...(scopesOf(spec).length > 0 ? { 'x-scopes': scopesOf(spec) } : {}),
  };
}

/** The API as an OpenAPI 3.1 document, derived from the contract. */
export function openApiDocument(version: string): JsonSchema {
  const paths: Record<string, JsonSchema> = {};
  for (const [operationId, spec] of Object.entries(routes) as unknown as [string, RouteSpec][]) {
    paths[spec.path] = { ...paths[spec.path], [spec.method.toLowerCase()]: operationOf(operationId, spec) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tracker lifecycle console',
      version,
      description: 'Times are ISO 8601 UTC, lengths metres, positions WGS 84 longitude and latitude.',
    },
    servers: [{ url: API_PREFIX }],
    paths,
    components: {
      securitySchemes: {
        sessionCookie: {
          type: 'apiKey',
          in: 'cookie',
          name: SESSION_COOKIE,
          description: 'Followed by _ and the port where the address names one; with __Host- before it under https.',
        },
        sessionToken: { type: 'http', scheme: 'bearer', description: 'The session’s token, for programs.' },
        apiToken: { type: 'http', scheme: 'bearer', description: 'A token made at /api-tokens; it starts with tlc_.' },
      },
      responses: {
        Problem: {
          description: 'What went wrong, as RFC 9457 says it.',
          content: { 'application/problem+json': { schema: schemaOf(problemSchema, 'output') } },
        },
      },
    },
  };
}
