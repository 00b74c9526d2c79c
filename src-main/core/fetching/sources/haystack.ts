import { parseOlderAnswer } from './answers.ts';
import type { Asked } from './failures.ts';
import { basicAuthorization, requestJson } from './http.ts';
import type { FetchAnswer, ReportSource, SourceConfig, SourceDeps } from './source.ts';

/** When asked for several keys at once, the endpoint loses reports (docs/find-my.md#the-haystack-endpoint). */
const MAX_KEYS = 1;
const DAY_MS = 86_400_000;
const MAX_DAYS = 7;

/** A self-hosted macless-haystack endpoint; it does the login and anisette itself. */
export function haystackSource(config: SourceConfig, deps: SourceDeps): ReportSource {
  return {
    kind: 'haystack',
    maxKeys: MAX_KEYS,
    takesDates: false,
    async fetch(ids, window): Promise<FetchAnswer> {
      const { credentials } = config;
      const asked: Asked = { who: 'haystack', hasLogin: credentials !== null };
      const days = Math.ceil((window.endDate.getTime() - window.startDate.getTime()) / DAY_MS);
      const answer = await requestJson({
        ...deps,
        url: config.url,
        method: 'POST',
        headers:
          credentials && 'username' in credentials
            ? { authorization: basicAuthorization(credentials.username, credentials.password) }
            : {},
        body: { ids, days: Math.min(MAX_DAYS, Math.max(1, days)) },
        signal: AbortSignal.any([window.signal, AbortSignal.timeout(deps.timeoutMs)]),
        asked,
      });
      return answer.kind === 'failed' ? answer : parseOlderAnswer(answer.value, asked);
    },
  };
}
