// Runs a script on the project's own Node, after installing what is missing: `node tools/run.mjs tools/dev/dev.ts --demo`.
import { spawn } from 'node:child_process';
import { ensureInstalled, nodeForProject, projectEnvironment, root } from './bootstrap.mjs';

ensureInstalled();
const child = spawn(nodeForProject(), process.argv.slice(2), {
  cwd: root,
  stdio: 'inherit',
  env: projectEnvironment(),
});
// Ctrl-C reaches the whole group by itself; a signal sent to this process alone is passed on.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
