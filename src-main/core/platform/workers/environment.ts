/** What a host may have been started with, and no process that it starts needs. */
const secretVariables = ['CONSOLE_PASSPHRASE', 'CONSOLE_ADMIN_PASSWORD', 'DATABASE_URL', 'REDIS_URL'];

/** The environment for processes of a host, without its secrets. */
export const withoutSecrets = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || secretVariables.includes(name) ? [] : [[name, value]],
    ),
  );
