import { join } from 'node:path';

/** Where the Lua files are when the code runs from source. */
export const sourceLuaFolder = (): string => join(import.meta.dirname, '..', 'schedule', 'redis', 'lua');
