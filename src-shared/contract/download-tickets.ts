import { z } from 'zod';
import { instant } from './common.ts';

/** A download that may be fetched once, by the session that asked for it, within a minute. */
export const downloadTicketSchema = z.object({
  ticket: z.string(),
  fileName: z.string(),
  expiresAt: instant,
});
export type DownloadTicket = z.infer<typeof downloadTicketSchema>;
