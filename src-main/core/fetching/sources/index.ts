import type { ReportSourceKind } from '../../../../src-shared/contract/fetcher.ts';
import { appleSource } from './apple.ts';
import { haystackSource } from './haystack.ts';
import type { ReportSource, SourceConfig, SourceDeps } from './source.ts';

/** The source of a kind. */
export function createSource(config: SourceConfig, deps: SourceDeps): ReportSource {
  return config.kind === 'haystack' ? haystackSource(config, deps) : appleSource(config.kind, config, deps);
}

/** What is known of a kind before it is asked. */
export function sourceLimits(kind: ReportSourceKind): Pick<ReportSource, 'maxKeys' | 'takesDates'> {
  const deps = { fetch: globalThis.fetch, now: () => new Date(0), timeoutMs: 0 };
  const { maxKeys, takesDates } = createSource(
    { kind, url: '', anisetteUrl: null, credentials: null, entries: 'all' },
    deps,
  );
  return { maxKeys, takesDates };
}
