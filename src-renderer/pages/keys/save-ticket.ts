import { urlOf } from '../../../src-shared/contract/api-client.ts';
import type { DownloadTicket } from '../../../src-shared/contract/download-tickets.ts';
import { download } from '../../api/download.ts';

/** Fetches the file of a ticket straight into a file: what is in it does not pass this page. */
export const saveTicket = ({ ticket, fileName }: DownloadTicket): Promise<boolean> =>
  download(urlOf('fetchDownload', { params: { ticket } }), fileName);
