import { basename, join } from 'node:path';
import type { Configuration } from 'electron-builder';
import { preparedEngine } from '../../src-main/core/platform/db/prepared-engine.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * What a packaged console holds: the build, the migrations and Lua files it reads, and the dependencies of Node. No
 * source, no source map, no test, no tool. tools/package/contents.ts checks the result.
 */
export const config: Configuration = {
  appId: 'com.glimpse.tracker-console',
  productName: 'Tracker Lifecycle Console',
  copyright: 'Glimpse',
  directories: { output: 'dist', buildResources: 'tools/package/resources' },
  files: [
    'package.json',
    'out/main/**',
    'out/preload/**',
    'out/renderer/**',
    'out/p224.wasm',
    'out/p224-fused.wasm',
    ...Object.values(preparedEngine(root)).map((path) => `out/pglite/${basename(path)}`),
    '!node_modules/@electric-sql/pglite-postgis/dist/postgis.tar.gz',
    'migrations/**/*.sql',
    'src-main/core/fetching/schedule/redis/lua/*.lua',
    // The demo belongs to the sources, not to what a customer installs.
    '!out/main/demo-simulator.js',
    '!**/*.map',
    '!**/*.ts',
    '!**/*.md',
    '!**/{test,tests,__tests__,testing,example,examples,docs,benchmark,coverage}/**',
    '!**/.*',
  ],
  asar: true,
  // Native modules are opened by the operating system, which can't look into an archive.
  asarUnpack: ['**/*.node'],
  npmRebuild: false,
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  // Updates are off: nothing is published, and no address is built in (src-main/electron/updates.ts).
  publish: null,
  win: { target: ['nsis'] },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  mac: {
    target: ['dmg', 'zip'],
    category: 'public.app-category.business',
    hardenedRuntime: true,
    gatekeeperAssess: false,
  },
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Office',
    maintainer: 'Glimpse operations <operations@glimpse.example>',
  },
};
