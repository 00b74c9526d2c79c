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
}
