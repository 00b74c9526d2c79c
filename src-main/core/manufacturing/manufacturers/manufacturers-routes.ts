import {
  getApiToken,
  insertApiToken,
  listApiTokens,
  tokensOfManufacturer,
} from '../../access/tokens/api-tokens-store.ts';
import { createDataKey } from '../../keys/data-keys.ts';
import type { RandomBytes } from '../../keys/envelope.ts';
import { seal } from '../../keys/envelope.ts';
import type { Keyring } from '../../keys/keyring.ts';
import { changes, chosen, orNameTaken } from '../../platform/db/conflicts.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { systemScope } from '../../platform/db/queryable.ts';
import { refuseIfReferenced } from '../../platform/db/references-store.ts';
import { newApiToken } from '../../platform/http/api-token.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import { previewExport } from '../exports/export-preview.ts';
import { listManufacturerExports } from '../exports/manufacturer-exports-store.ts';
import { getKeyBatch } from '../key-batches/key-batches-store.ts';
import { WEBHOOK_SECRET_BYTES, webhookSecretText } from '../webhooks/webhook-signature.ts';
import { webhookRecord } from '../webhooks/webhooks.ts';
import { deleteWebhook, listDeliveries, putWebhook } from '../webhooks/webhooks-store.ts';
import {
  deleteManufacturer,
  getManufacturer,
  insertManufacturer,
  keyOrdersOfManufacturer,
  listManufacturers,
  lockManufacturer,
  updateManufacturer,
} from './manufacturers-store.ts';

/** The tag of the manufacturer API, as scopes name it. */
const SCOPE = 'manufacturer-api';
const DAY_MS = 24 * 3600_000;

const nameTaken = {
  index: 'manufacturers_name',
  field: 'name',
  message: 'Another manufacturer has this name. Choose a different one.',
};

export interface ManufacturerDeps {
  db: Database;
  keyring: Keyring;
  now: () => Date;
  randomBytes: RandomBytes;
}

export const manufacturerHandlers = (deps: ManufacturerDeps) =>
  ({
    listManufacturers: ({ tx }, { query }) => listManufacturers(tx, query),
    getManufacturer: ({ tx }, { params }) => getManufacturer(tx, params.manufacturerId),

    async createManufacturer(context, { body }) {
      const { tx, now } = context;
      const id = await orNameTaken(insertManufacturer(tx, body, now), nameTaken);
      await context.audit({ resourceType: 'manufacturer', resourceId: id, details: body });
      return getManufacturer(tx, id);
    },

    async updateManufacturer(context, { params, body }) {
      const { tx, now } = context;
      const before = await getManufacturer(tx, params.manufacturerId);
      await orNameTaken(updateManufacturer(tx, before.id, body, now), nameTaken);
      const manufacturer = await getManufacturer(tx, before.id);
      const details = changes(before, manufacturer);
      await context.audit({ resourceType: 'manufacturer', resourceId: before.id, details });
      return manufacturer;
    },

    async deleteManufacturer(context, { params }) {
      const { tx } = context;
      const name = await lockManufacturer(tx, params.manufacturerId);
      await refuseIfReferenced(tx, `The manufacturer “${name}”`, params.manufacturerId, [
        keyOrdersOfManufacturer,
        tokensOfManufacturer,
      ]);
      await deleteManufacturer(tx, params.manufacturerId);
      await context.audit({ resourceType: 'manufacturer', resourceId: params.manufacturerId, details: { name } });
    },

    async listManufacturerKeyOrders({ tx }, { params, query }) {
      const { id } = await getManufacturer(tx, params.manufacturerId);
      return listManufacturerExports(tx, { manufacturerId: id }, query);
    },

    async listManufacturerTokens({ tx }, { params, query }) {
      const { id } = await getManufacturer(tx, params.manufacturerId);
      return listApiTokens(tx, { ...query, manufacturerId: id });
    },

    async createManufacturerToken(context, { params, body }) {
      const { now } = context;
      const { userId } = requirePrincipal(context);
      const { token, tokenHash, prefix } = newApiToken(deps.randomBytes);
      const scopes = body.readOnly ? [`read:${SCOPE}`] : [`read:${SCOPE}`, `write:${SCOPE}`];
      const expiresAt = new Date(now.getTime() + body.expiresInDays * DAY_MS);
      const apiToken = await context.transaction(async (tx) => {
        const { id: manufacturerId, name: manufacturer } = await getManufacturer(tx, params.manufacturerId);
        const owner = { manufacturerId };
        const made = { name: body.name, tokenHash, prefix, scopes, expiresAt, owner, createdBy: userId };
        const id = await insertApiToken(tx, made, now);
        const details = { name: body.name, prefix, scopes, expiresAt, manufacturer };
        await context.audit({ resourceType: 'apiToken', resourceId: id, details }, tx);
        return getApiToken(tx, id);
      });
      return { apiToken, token };
    },

    async setManufacturerWebhook(context, { params, body }) {
      const { now } = context;
      const { id: manufacturerId } = await context.transaction((tx) => getManufacturer(tx, params.manufacturerId));
      const secret = new Uint8Array(deps.randomBytes(WEBHOOK_SECRET_BYTES));
      const dataKey = await deps.db.transaction(systemScope, (tx) => createDataKey(tx, deps.keyring, deps));
      const sealed = seal(dataKey.key, webhookRecord(manufacturerId), secret, deps.randomBytes);
      dataKey.key.fill(0);
      const webhook = { manufacturerId, url: body.url, secret: sealed, dataKeyId: dataKey.id };
      // As the product itself: no role of people can write over a secret that it can't read.
      await deps.db.transaction(systemScope, async (tx) => {
        await putWebhook(tx, webhook, now);
        await context.audit(
          { resourceType: 'manufacturer', resourceId: manufacturerId, details: { url: body.url } },
          tx,
        );
      });
      return { url: body.url, secret: webhookSecretText(secret) };
    },

    async deleteManufacturerWebhook(context, { params }) {
      const { id, webhookUrl } = await getManufacturer(context.tx, params.manufacturerId);
      await deleteWebhook(context.tx, id);
      await context.audit({ resourceType: 'manufacturer', resourceId: id, details: { url: webhookUrl } });
    },

    async listWebhookDeliveries({ tx }, { params, query }) {
      const { id } = await getManufacturer(tx, params.manufacturerId);
      return listDeliveries(tx, id, query);
    },

    async previewExport({ tx, now }, { body }) {
      if (body.keyBatchId !== null)
        await chosen(getKeyBatch(tx, now, body.keyBatchId), 'keyBatchId', 'This key batch does not exist.');
      return previewExport(tx, body.profile, body.keyBatchId);
    },
  }) satisfies Partial<Handlers>;
