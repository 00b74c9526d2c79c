import type { ScanTask } from './scan-queue.ts';

/** One entry of storage a task, so that two windows on one order never overwrite each other's. */
const prefix = (orderId: number) => `console.scans.${orderId}.`;

/** Keeps a task where it survives a reload or a crash of the window. A full or forbidden storage is not an error. */
export function keepTask(storage: Storage, task: ScanTask): void {
  try {
    storage.setItem(prefix(task.orderId) + task.mutationId, JSON.stringify(task));
  } catch {
    // The task is still in the queue; only a crash before it is sent could lose it.
  }
}

export function forgetTask(storage: Storage, task: ScanTask): void {
  storage.removeItem(prefix(task.orderId) + task.mutationId);
}

/** The tasks of an order that were never answered, in the order in which the person acted. */
export function keptTasks(storage: Storage, orderId: number): ScanTask[] {
  const tasks: ScanTask[] = [];
  for (let i = 0; i < storage.length; i++) {
    const key = storage.key(i);
    if (!key?.startsWith(prefix(orderId))) continue;
    const task = readTask(storage.getItem(key));
    if (task) tasks.push(task);
  }
  return tasks.sort((a, b) => a.at - b.at);
}

function readTask(text: string | null): ScanTask | null {
  try {
    const task = JSON.parse(text ?? '') as Partial<ScanTask>;
    const sound = typeof task.mutationId === 'string' && typeof task.text === 'string' && typeof task.at === 'number';
    return sound ? (task as ScanTask) : null;
  } catch {
    return null;
  }
}
