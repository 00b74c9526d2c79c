import { appleSource } from './apple.ts';
import { haystackSource } from './haystack.ts';
import type { ReportSource, SourceConfig, SourceDeps } from './source.ts';

/** The source of a kind. */
export function createSource(config: SourceConfig, deps: SourceDeps): ReportSource {
  return config.kind === 'haystack' ? haystackSource(config, deps) : appleSource(config.kind, config, deps);
}
