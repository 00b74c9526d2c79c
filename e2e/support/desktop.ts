import { join } from 'node:path';
import { type ElectronApplication, _electron as electron, type Page } from '@playwright/test';
import { electronBinary } from '../../tools/electron-binary.ts';

const root = join(import.meta.dirname, '..', '..');
let current: { application: ElectronApplication; window: Page } | null = null;

export const isDesktop = (project: { metadata: Record<string, unknown> }) => project.metadata.target === 'electron';

/** The window of the desktop that this spec started last. */
export function desktopWindow(): Page {
  if (!current) throw new Error('start the console first');
  return current.window;
}

/** Answers the desktop's save dialogs with the suggested name, in this folder. In a browser there are none. */
export async function answerSaveDialog(folder: string): Promise<void> {
  await current?.application.evaluate(({ dialog }, into) => {
    const answer = async (_window: unknown, options: { defaultPath?: string }) => ({
      canceled: false,
      filePath: `${into}/${options.defaultPath}`,
    });
    dialog.showSaveDialog = answer as typeof dialog.showSaveDialog;
  }, folder);
}

/** The page as it would be printed: by the browser, or by the desktop, whose window the browser's protocol can't print. */
export async function printed(page: Page): Promise<Buffer> {
  if (!current) return page.pdf({ preferCSSPageSize: true });
  const base64 = await current.application.evaluate(async ({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    return (await window!.webContents.printToPDF({ preferCSSPageSize: true })).toString('base64');
  });
  return Buffer.from(base64, 'base64');
}

/** Starts the built console in Electron and waits until its core is ready. */
export async function startDesktop(options: {
  dataDir: string;
  args: string[];
  env: Record<string, string>;
}): Promise<{ url: string; stop(): Promise<void> }> {
  const executablePath = electronBinary(root);
  if (executablePath === null) throw new Error('Electron’s binary was not found');
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const application: ElectronApplication = await electron.launch({
    executablePath,
    args: [root, ...asRoot, '--data-dir', options.dataDir, ...options.args],
    // A machine of tests has no keychain; the console would refuse to start rather than keep its key unprotected.
    env: { ...options.env, CONSOLE_KEY_FILE: join(options.dataDir, 'keys', 'console-key.json') },
  });
  const window = await application.firstWindow();
  await window.waitForFunction(async () => (await fetch('/api/v1/health/ready')).status === 200, null, {
    polling: 200,
    timeout: 60_000,
  });
  current = { application, window };
  return {
    url: 'app://console',
    async stop() {
      current = null;
      await application.close();
    },
  };
}
