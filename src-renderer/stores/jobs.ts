import { create } from 'zustand';
import type { Job } from '../../src-shared/contract/jobs.ts';

/** The jobs heard of since the page was opened, by id; the list of all jobs comes from the API. */
export const useJobs = create<{
  jobs: Record<number, Job>;
  put: (job: Job) => void;
  clear: () => void;
}>((set) => ({
  jobs: {},
  put: (job) => set((state) => ({ jobs: { ...state.jobs, [job.id]: newer(state.jobs[job.id], job) } })),
  clear: () => set({ jobs: {} }),
}));

export const isFinished = (job: Job): boolean => job.finishedAt !== null;

/** A finished job stays finished, whatever order the messages arrive in. */
function newer(known: Job | undefined, next: Job): Job {
  return known && isFinished(known) && !isFinished(next) ? known : next;
}
