/** Why the desktop locked the window. Its session is over, and the next person has to sign in. */
const lockReasons = ['idle', 'suspend', 'lock-screen', 'asked'] as const;
export type LockReason = (typeof lockReasons)[number];

/** What the desktop's menu tells the window to do. */
export type ShellCommand = { type: 'go'; path: string } | { type: 'find' };

/**
 * What only a desktop can do. Electron's preload exposes it as `window.shell`; in a browser there is none, so nothing
 * in the product may depend on it.
 */
export interface Shell {
  readonly platform: 'darwin' | 'linux' | 'win32';
  /** Asks where to save, and streams an API path there. Resolves to the chosen path, null when the person cancelled. */
  saveDownload(apiPath: string, suggestedName: string): Promise<string | null>;
  /** Native notification. */
  notify(title: string, body: string): Promise<void>;
  /** Opens the operating system's print dialog for what the window shows. False when the person cancelled. */
  print(): Promise<boolean>;
  /** Calls back when the window is locked. Like `onCommand`, returns a function that stops listening. */
  onLock(listener: (reason: LockReason) => void): () => void;
  onCommand(listener: (command: ShellCommand) => void): () => void;
}
