import { databaseRoles } from '../core/app/options.ts';
import { consolePaths } from '../core/app/paths.ts';
import { takeSecret } from '../core/app/secrets.ts';
import { connectionConfig } from '../core/platform/db/connection.ts';
import { migrate } from '../core/platform/db/migrate.ts';
import { AppError } from '../core/platform/errors.ts';

/** `npm run migrate`: applies the migrations of this version to the central database, as the owner of its schema. */
try {
  const url = takeSecret('DATABASE_OWNER_URL', process.env);
  if (url === null) throw new AppError('validation-failed', 'Give DATABASE_OWNER_URL, or DATABASE_OWNER_URL_FILE.');
  const connection = connectionConfig({ engine: 'postgresql', url });
  const applied = await migrate(connection, consolePaths().migrations, databaseRoles(process.env));
  console.log(applied.length === 0 ? 'Nothing was missing.' : `Applied:\n  ${applied.join('\n  ')}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
