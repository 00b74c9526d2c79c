import { expect, it } from 'vitest';
import { restartsCore } from './watched.ts';

it.each([
  'src-main/core/app/boot.ts',
  'src-main/node/main.ts',
  'src-main/core/fetching/schedule/redis/lua/claim.lua',
  'src-main/core/keys/p224/wasm/index.as',
  'src-worker/fetcher.ts',
  'src-shared/contract/routes.ts',
  'migrations/0001_foundation.sql',
  'migrations/sqlite/0001_workstation.sql',
])('a change of %s starts the core again', (path) => expect(restartsCore(path)).toBe(true));

it.each([
  'src-renderer/App.tsx',
  'src-main/electron/window.ts',
  'src-main/core/platform/db/database.test.ts',
  'src-main/core/testing/console.ts',
  'src-main/core/orders/README.md',
  'package.json',
  'e2e/access.spec.ts',
])('a change of %s leaves the core running', (path) => expect(restartsCore(path)).toBe(false));
