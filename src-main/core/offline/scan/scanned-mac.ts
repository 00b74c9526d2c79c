import { normaliseMac } from '../../../../src-shared/domain/mac-address.ts';
import { readFact } from '../store/facts-store.ts';
import type { Store } from '../store/store.ts';

/** The address in a scanned text, wherever a manufacturer said that it stands when the copy was brought up to date. */
export const scannedMac = (store: Store, text: string): string | null =>
  normaliseMac(text, readFact<string[]>(store, 'mac-identifiers') ?? undefined);
