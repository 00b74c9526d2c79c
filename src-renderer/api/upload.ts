import { ApiError, urlOf } from '../../src-shared/contract/api-client.ts';
import type { Job } from '../../src-shared/contract/jobs.ts';
import type { Problem } from '../../src-shared/contract/problem.ts';
import { importing } from '../strings/importing.ts';

/** Operations that take a file as their body and answer with the job that reads it. */
export type UploadOperation = 'importManufacturedDevices' | 'importTrackers';

/**
 * Sends a file as it is; the browser reads it in pieces, so that its size doesn't matter to memory.
 * @throws ApiError when the API refuses; Error with a sentence when the file can't be read any more
 */
export async function uploadFile(
  operation: UploadOperation,
  input: { params?: Record<string, unknown>; query?: Record<string, unknown> },
  file: File,
  contentType: string,
): Promise<Job> {
  const response = await window
    .fetch(urlOf(operation, input), {
      method: 'POST',
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        'content-type': contentType,
        'idempotency-key': crypto.randomUUID(),
      },
      body: file,
    })
    .catch(async (error) => {
      // A file that was changed or removed since it was chosen looks like a network failure.
      const readable = await file
        .slice(0, 1)
        .arrayBuffer()
        .then(
          () => true,
          () => false,
        );
      throw readable ? error : new Error(importing.fileChanged);
    });
  if (response.ok) return (await response.json()) as Job;
  const problem = (await response.json().catch(() => null)) as Problem | null;
  throw problem?.detail ? new ApiError(problem) : new Error(importing.sendFailed(response.status));
}
