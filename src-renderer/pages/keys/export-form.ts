import {
  type PrivateKeyEncryption,
  type PrivateKeyFormat,
  type PrivateKeyScope,
  privateKeyExportRoutes,
} from '../../../src-shared/contract/private-key-exports.ts';
import { checkedBy } from '../../components/editing/check-form.ts';
import { keyProtection } from '../../strings/key-protection.ts';

const { export: words, change } = keyProtection;

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

function scopeOf({ scope, keyBatchId, productionRunId, macAddresses }: ExportValues): PrivateKeyScope {
  if (scope === 'key-batch') return { kind: scope, keyBatchId: keyBatchId ?? 0 };
  if (scope === 'production-run') return { kind: scope, productionRunId: productionRunId ?? 0 };
  return { kind: scope, macAddresses: macsOf(macAddresses) };
}

/** The request of a form; a complete one where `checkExport` finds nothing. */
export function requestOf(values: ExportValues) {
  const encryption: PrivateKeyEncryption = values.encrypt
    ? { kind: 'passphrase', passphrase: values.passphrase }
    : { kind: 'none', understood: values.understood as true };
  return { password: values.password, format: values.format, scope: scopeOf(values), encryption };
}

/** What is still missing, said at its field. */
export const checkExport = checkedBy<ExportValues>(
  privateKeyExportRoutes.preparePrivateKeyExport,
  requestOf,
  {
    keyBatchId: words.notChosen,
    productionRunId: words.notChosen,
    macAddresses: (issue) => (issue.code === 'too_small' ? words.noMacs : issue.message),
    understood: words.confirm,
  },
  ({ encrypt, again, passphrase }) => (encrypt && again !== passphrase ? { again: change.mismatch } : {}),
);
