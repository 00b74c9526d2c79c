/// <reference types="vite/client" />
import type { Shell } from '../src-shared/contract/shell.ts';

declare global {
  interface Window {
    /** What only a desktop has; absent in a browser. */
    readonly shell?: Shell;
  }
}
