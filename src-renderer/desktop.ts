import type { Job } from '../src-shared/contract/jobs.ts';
import type { Shell } from '../src-shared/contract/shell.ts';
import { forgetSession } from './api/session.ts';
import { palette } from './layout/palette/palette-store.ts';
import { router } from './routes.tsx';
import { isFinished, useJobs } from './stores/jobs.ts';
import { desktop as words } from './strings/desktop.ts';

/** Follows what the desktop tells its window: it was locked, a menu was chosen. In a browser there is nothing to follow. */
export function followDesktop(shell: Shell | undefined = window.shell): void {
  if (!shell) return;
  shell.onLock(forgetSession);
  shell.onCommand((command) => {
    if (command.type === 'find') palette.open();
    else void router.navigate(command.path);
  });
  useJobs.subscribe(({ jobs }, before) => {
    if (!document.hidden) return;
    for (const job of Object.values(jobs)) {
      const known = before.jobs[job.id];
      if (known && isFinished(job) && !isFinished(known)) void shell.notify(...noticeOf(job));
    }
  });
}

/** Title and text of the native notification of a job that ended while the window was out of sight. */
function noticeOf(job: Pick<Job, 'label' | 'state' | 'error'>): [title: string, body: string] {
  return job.state === 'failed'
    ? [words.jobFailed(job.label), job.error?.message ?? '']
    : [words.jobDone(job.label), words.jobDoneHint];
}
