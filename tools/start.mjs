// `npm start`: installs what is missing, builds what changed, opens the console.
import { spawn, spawnSync } from 'node:child_process';
import { ensureInstalled, fail, nodeForProject, projectEnvironment, root } from './bootstrap.mjs';

ensureInstalled();
const node = nodeForProject();
const env = projectEnvironment();
const build = spawnSync(node, ['tools/build/build.ts', '--if-changed'], { cwd: root, stdio: 'inherit', env });
if (build.status !== 0) fail('The build failed. See the message above.');

const launcher = spawn(node, ['tools/launch.ts', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit', env });
// Ctrl-C reaches the whole group by itself; a signal sent to this process alone is passed on.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => launcher.kill(signal));
launcher.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
