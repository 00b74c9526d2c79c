import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where data is kept unless told otherwise: the platform's place for an application's own data. */
export function defaultDataDir(): string {
  const name = 'tracker-console';
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), name);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name);
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), name);
}
