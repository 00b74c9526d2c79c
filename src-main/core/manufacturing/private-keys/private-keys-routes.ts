import type { Keyring } from '../../keys/keyring.ts';
import type { Database } from '../../platform/db/queryable.ts';
import type { DownloadTickets } from '../../platform/http/download-tickets.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { preparePrivateKeyExport } from './private-key-export.ts';

export interface PrivateKeyDeps {
  db: Database;
  keyring: Keyring;
  now: () => Date;
  tickets: DownloadTickets;
}

export const privateKeyHandlers = (deps: PrivateKeyDeps) =>
  ({
    async preparePrivateKeyExport(context, { body }) {
      const { password: _checked, ...request } = body;
      const { download, keyCount } = await preparePrivateKeyExport(deps, request);
      await context.audit({ resourceType: 'private-keys', resourceId: download.fileName, details: download.details });
      return { ...deps.tickets.issue(context, download), keyCount };
    },
  }) satisfies Partial<Handlers>;
