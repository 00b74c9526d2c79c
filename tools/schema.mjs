// `npm run schema`: installs what is missing, and writes the schemas that the migrations lead to.
import { spawnSync } from 'node:child_process';
import { ensureInstalled, nodeForProject, projectEnvironment, root } from './bootstrap.mjs';

ensureInstalled();
const run = spawnSync(nodeForProject(), ['tools/schema/write.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: projectEnvironment(),
});
process.exit(run.status ?? 1);
