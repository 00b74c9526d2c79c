import type { RowReader } from '../../platform/files/read-rows.ts';
import type { JobHandler } from '../../platform/jobs/queue.ts';
import type { ImportFile, OpenFile } from './import-file.ts';

/** A job that reads one stranger's file, whose process ends with it. */
export const readingFile =
  (reader: RowReader, job: (openFile: OpenFile) => JobHandler<unknown>): JobHandler<unknown> =>
  async (context) => {
    const opened: { close(): void }[] = [];
    const openFile: OpenFile = async (bytes, look, signal) => {
      const file = await reader.open<ImportFile>(bytes, look, signal);
      opened.push(file);
      return file;
    };
    try {
      return await job(openFile)(context);
    } finally {
      for (const file of opened) file.close();
    }
  };
