import { z } from 'zod';
import { partStateSchema } from './part-state.ts';

/** Stable error codes; the `type` of a problem is `/problems/<code>`. */
const problemCodes = [
  'bad-request',
  'validation-failed',
  'not-authenticated',
  'second-factor-required',
  'forbidden',
  'password-change-required',
  'not-found',
  'conflict',
  'referenced',
  'overtaken',
  'version-needed',
  'idempotency-mismatch',
  'payload-too-large',
  'unsupported-media-type',
  'too-many-requests',
  'setup-required',
  'not-enrolled',
  'key-locked',
  'corrupt-data',
  'source-failed',
  'unavailable',
  'internal',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

const fieldProblem = z.object({ path: z.string(), message: z.string() });
export type FieldProblem = z.infer<typeof fieldProblem>;

/** A field's last change, by the name that the field has in the body of the route. */
const fieldChange = z.object({
  field: z.string(),
  version: z.number().int(),
  at: z.string(),
  /** Who it was; null where no person is known, as for a migration. */
  by: z.string().nullable(),
});
export type FieldChange = z.infer<typeof fieldChange>;

/** RFC 9457 problem document. `detail` is a sentence that a person can act on. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  instance: z.string().optional(),
  requestId: z.string().optional(),
  fields: z.array(fieldProblem).optional(),
  /** With `referenced`: what still points at the resource. */
  references: z.array(z.object({ type: z.string(), id: z.number(), name: z.string() })).optional(),
  /** With `overtaken`: the present version, and what others changed since the one that was sent. */
  version: z.number().int().optional(),
  changes: z.array(fieldChange).optional(),
  /** Of `/health/ready`: how each part is. */
  checks: z.record(z.string(), partStateSchema).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
