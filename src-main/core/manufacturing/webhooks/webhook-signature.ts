import { createHmac } from 'node:crypto';

/** How secrets of the Standard Webhooks scheme begin (standardwebhooks.com, specification 1.0.0). */
const PREFIX = 'whsec_';
export const WEBHOOK_SECRET_BYTES = 32;

/** The secret as it is shown: `whsec_` and base64. */
export const webhookSecretText = (secret: Uint8Array) => PREFIX + Buffer.from(secret).toString('base64');

/**
 * The headers of a message by the Standard Webhooks scheme: an id that stays the same in every attempt, the time in
 * seconds, and HMAC-SHA256 over id, time and body, so that an old message can't be sent again as a new one.
 */
export function webhookHeaders(
  secret: Uint8Array,
  message: { id: string; at: Date; body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(message.at.getTime() / 1000));
  const signed = createHmac('sha256', secret).update(`${message.id}.${timestamp}.${message.body}`).digest('base64');
  return { 'webhook-id': message.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signed}` };
}
