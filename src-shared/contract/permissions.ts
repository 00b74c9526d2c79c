import { z } from 'zod';
import { staff } from './roles.ts';
import { json, route } from './route.ts';

const permissionSchema = z.object({
  operation: z.string(),
  method: z.string(),
  path: z.string(),
  summary: z.string(),
  tag: z.string(),
  /** Open without a session. */
  public: z.boolean(),
  roles: z.array(z.string()),
  /** An API token needs one of these scopes. Empty when no token opens the operation. */
  scopes: z.array(z.string()),
  sessionOnly: z.boolean(),
  audited: z.string().nullable(),
});
export type Permission = z.infer<typeof permissionSchema>;

export const permissionRoutes = {
  listPermissions: route({
    method: 'GET',
    path: '/permissions',
    summary: 'Which roles and which scopes open which operation, as the API itself decides it',
    tag: 'users',
    access: staff,
    output: json(z.object({ roles: z.array(z.string()), operations: z.array(permissionSchema) })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
};
