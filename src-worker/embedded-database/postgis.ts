import { pathToFileURL } from 'node:url';
import type { Extension } from '@electric-sql/pglite';
import { postgis } from '@electric-sql/pglite-postgis';

/** PostGIS from a bundle that the build made smaller, or from the package's own (null). */
export const withBundle = (path: string | null): Extension =>
  path === null
    ? postgis
    : {
        ...postgis,
        setup: async (engine, options) => ({
          ...(await postgis.setup(engine, options)),
          bundlePath: pathToFileURL(path),
        }),
      };
