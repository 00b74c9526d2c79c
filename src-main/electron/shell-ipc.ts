import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { API_PREFIX } from '../../src-shared/contract/routes.ts';
import { AppError } from '../core/platform/errors.ts';
import { channels } from './channels.ts';
import { APP_ORIGIN } from './hardening.ts';

/** Who sent a message: it must be the main frame of our own window, showing our own app (checklist, item 17). */
export interface Sender {
  senderFrame: { url: string; parent: unknown } | null;
}
function assertOurs(event: Sender): void {
  const frame = event.senderFrame;
  const ours = frame !== null && frame.parent === null && frame.url.startsWith(`${APP_ORIGIN}/`);
  if (!ours) throw new AppError('forbidden', 'This message did not come from the console’s own window.');
}

export interface ShellParts {
  handle(request: Request): Promise<Response>;
  askWhereToSave(suggestedName: string): Promise<string | null>;
  showNotification(title: string, body: string): void;
  /** Opens the print dialog; resolves to whether something was printed. */
  print(): Promise<boolean>;
}

/** Streams an API path into the file the person chose: written aside, renamed when it is whole. */
export async function saveDownload(
  parts: ShellParts,
  event: Sender,
  apiPath: unknown,
  suggestedName: unknown,
): Promise<string | null> {
  assertOurs(event);
  if (typeof apiPath !== 'string' || typeof suggestedName !== 'string' || !apiPath.startsWith(`${API_PREFIX}/`)) {
    throw new AppError('bad-request', 'Only downloads of the console’s own API can be saved.');
  }
  const url = new URL(apiPath, APP_ORIGIN);
  if (url.origin !== new URL(APP_ORIGIN).origin && !url.href.startsWith(`${APP_ORIGIN}/`)) {
    throw new AppError('bad-request', 'Only downloads of the console’s own API can be saved.');
  }
  const path = await parts.askWhereToSave(suggestedName.replaceAll(/[/\\:*?"<>|]/g, '_').slice(0, 200));
  if (path === null) return null;
  const answer = await parts.handle(new Request(url));
  if (!answer.ok || answer.body === null) {
    const problem = (await answer.json().catch(() => null)) as { detail?: string } | null;
    throw new AppError('bad-request', problem?.detail ?? `The download failed with status ${answer.status}.`);
  }
  const part = `${path}.part`;
  try {
    await pipeline(Readable.fromWeb(answer.body as NodeReadableStream), createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return path;
}

export async function notify(parts: ShellParts, event: Sender, title: unknown, body: unknown): Promise<void> {
  assertOurs(event);
  if (typeof title !== 'string' || typeof body !== 'string')
    throw new AppError('bad-request', 'A notification is two texts.');
  parts.showNotification(title.slice(0, 100), body.slice(0, 300));
}

export function print(parts: ShellParts, event: Sender): Promise<boolean> {
  assertOurs(event);
  return parts.print();
}

/** What is used of Electron's ipcMain. */
export interface IpcMain {
  handle(channel: string, listener: (event: Sender, ...args: unknown[]) => unknown): void;
}

/** Answers every channel of the shell, and no other. */
export function serveShell(ipcMain: IpcMain, parts: ShellParts): void {
  ipcMain.handle(channels.saveDownload, (event, path, name) => saveDownload(parts, event, path, name));
  ipcMain.handle(channels.notify, (event, title, body) => notify(parts, event, title, body));
  ipcMain.handle(channels.print, (event) => print(parts, event));
}
