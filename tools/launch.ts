import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { electronBinary } from './electron-binary.ts';
import { headless } from './headless.ts';

/** Opens the console: in Electron where its binary and a display are, otherwise headless. */
const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const electron = electronBinary(root);
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
const windowed = electron !== null && hasDisplay && !args.includes('--headless');
if (!windowed && !args.includes('--headless')) {
  console.log(
    electron === null ? 'No Electron binary found: starting headless.' : 'No display found: starting headless.',
  );
}
const child = windowed
  ? spawn(electron, [root, ...args], { stdio: 'inherit' })
  : spawn(process.execPath, [...headless.flags, join(root, 'out', 'main', 'node.js'), ...args], {
      stdio: 'inherit',
      env: { ...headless.env, ...process.env },
    });
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
