import type {
  PrivateKeyEncryption,
  PrivateKeyFormat,
  PrivateKeyScope,
} from '../../../src-shared/contract/private-key-exports.ts';
import { keyProtection } from '../../strings/key-protection.ts';

const { export: words, change } = keyProtection;
const MIN_LENGTH = 12;

export const scopeKinds = ['key-batch', 'production-run', 'trackers'] as const;
export type ScopeKind = (typeof scopeKinds)[number];

export interface ExportValues extends Record<string, unknown> {
  scope: ScopeKind;
  keyBatchId: number | null;
  productionRunId: number | null;
  /** One a line. */
  macAddresses: string;
  format: PrivateKeyFormat;
  encrypt: boolean;
  passphrase: string;
  again: string;
  understood: boolean;
  password: string;
}

export const emptyExport: ExportValues = {
  scope: 'key-batch',
  keyBatchId: null,
  productionRunId: null,
  macAddresses: '',
  format: 'keys',
  encrypt: true,
  passphrase: '',
  again: '',
  understood: false,
  password: '',
};

const macsOf = (text: string): string[] =>
  text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter(Boolean);

/** What is still missing, said at its field. */
export const checkExport = {
  keyBatchId: (id: number | null, { scope }: ExportValues) =>
    scope === 'key-batch' && id === null ? words.notChosen : null,
  productionRunId: (id: number | null, { scope }: ExportValues) =>
    scope === 'production-run' && id === null ? words.notChosen : null,
  macAddresses: (text: string, { scope }: ExportValues) =>
    scope === 'trackers' && macsOf(text).length === 0 ? words.noMacs : null,
  passphrase: (text: string, { encrypt }: ExportValues) => (encrypt && text.length < MIN_LENGTH ? change.short : null),
  again: (text: string, { encrypt, passphrase }: ExportValues) =>
    encrypt && text !== passphrase ? change.mismatch : null,
  understood: (understood: boolean, { encrypt }: ExportValues) => (encrypt || understood ? null : words.confirm),
};

function scopeOf({ scope, keyBatchId, productionRunId, macAddresses }: ExportValues): PrivateKeyScope {
  if (scope === 'key-batch') return { kind: scope, keyBatchId: keyBatchId ?? 0 };
  if (scope === 'production-run') return { kind: scope, productionRunId: productionRunId ?? 0 };
  return { kind: scope, macAddresses: macsOf(macAddresses) };
}

/** The request of a form that `checkExport` found complete. */
export function requestOf(values: ExportValues) {
  const encryption: PrivateKeyEncryption = values.encrypt
    ? { kind: 'passphrase', passphrase: values.passphrase }
    : { kind: 'none', understood: true };
  return { password: values.password, format: values.format, scope: scopeOf(values), encryption };
}
