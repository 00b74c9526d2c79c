import { readFileSync } from 'node:fs';
import { AppError } from '../platform/errors.ts';

/**
 * A secret setting: the variable itself, or the first line of the file that `NAME_FILE` names, as containers and systemd
 * hand secrets over. It is taken out of the environment, so that neither a child process nor a dump of it has it later.
 * Null when neither is given. AppError `validation-failed` for both, or for a file that can't be read.
 */
export function takeSecret(name: string, env: Record<string, string | undefined>): string | null {
  const [given, path] = [env[name], env[`${name}_FILE`]];
  delete env[name];
  if (given && path) throw refused(`Give ${name} or ${name}_FILE, not both.`);
  if (!path) return given || null;
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n[\s\S]*$/, '') || null;
  } catch (error) {
    throw refused(`The file of ${name}_FILE can’t be read. Check the path and its permissions.`, error);
  }
}

const refused = (message: string, cause?: unknown) => new AppError('validation-failed', message, { cause });
