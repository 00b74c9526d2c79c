// `npm test`: installs what is missing, a browser included, and runs everything.
import { spawnSync } from 'node:child_process';
import { ensureInstalled, nodeForProject, projectEnvironment, root } from './bootstrap.mjs';

ensureInstalled();
const node = nodeForProject();
const run = spawnSync(node, ['tools/testing/run.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: projectEnvironment(),
});
process.exit(run.status ?? 1);
