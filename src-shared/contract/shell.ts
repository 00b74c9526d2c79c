/** Why the desktop locked the window: its session is over, and whoever comes next signs in. */
export const lockReasons = ['idle', 'suspend', 'lock-screen', 'asked'] as const;
export type LockReason = (typeof lockReasons)[number];

/** What the desktop's menu asks of the window. */
export type ShellCommand = { type: 'go'; path: string } | { type: 'find' };

/**
 * What only a desktop has, exposed by Electron's preload as `window.shell`. Optional by design: nothing in the product
 * may need it, and the browser host has none.
 */
export interface Shell {
  readonly platform: 'darwin' | 'linux' | 'win32';
  /** Asks where to save and streams an API path there; resolves to the chosen path, or null when the person cancelled. */
  saveDownload(apiPath: string, suggestedName: string): Promise<string | null>;
  /** Native notification. */
  notify(title: string, body: string): Promise<void>;
  /** The print dialog of the operating system, for what the window shows; false when the person cancelled. */
  print(): Promise<boolean>;
  /** Tells when the window was locked. Returns the function that stops listening, as does the next. */
  onLock(listener: (reason: LockReason) => void): () => void;
  onCommand(listener: (command: ShellCommand) => void): () => void;
}
