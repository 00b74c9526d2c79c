// `npm test` and its parts: installs what is missing, a browser included, and runs everything, or the part that is named.
import { spawnSync } from 'node:child_process';
import { ensureInstalled, nodeForProject, projectEnvironment, root } from './bootstrap.mjs';

const vitest = 'node_modules/vitest/vitest.mjs';
const parts = {
  '--unit': [vitest, 'run'],
  '--watch': [vitest, 'watch'],
  '--e2e': ['tools/testing/e2e.ts'],
};

const [first, ...rest] = process.argv.slice(2);
const part = parts[first];
const command = part ? [...part, ...rest] : ['tools/testing/run.ts', ...process.argv.slice(2)];
let hasEnded = false;
// The last line of everything is a count, even where nothing could be started.
process.on('exit', () => hasEnded || part || console.log('\n0 passed, 1 failed'));
ensureInstalled();
const run = spawnSync(nodeForProject(), command, { cwd: root, stdio: 'inherit', env: projectEnvironment() });
hasEnded = run.status !== null;
process.exit(run.status ?? 1);
