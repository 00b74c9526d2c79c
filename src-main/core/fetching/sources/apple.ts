import { anisetteHeaders } from './anisette.ts';
import { parseNewerAnswer, parseOlderAnswer } from './answers.ts';
import { type Asked, failed } from './failures.ts';
import { basicAuthorization, requestJson } from './http.ts';
import type { FetchAnswer, FetchWindow, ReportSource, SourceConfig, SourceDeps } from './source.ts';

/** As many keys as were seen to work (docs/find-my.md#apples-endpoints). */
const MAX_KEYS = { 'apple-older': 256, 'apple-newer': 290 } as const;

const asked: Asked = { who: 'apple', hasLogin: true };

/** Apple's endpoints: HTTP Basic with the tokens of an auth.json, and anisette headers fetched for each request. */
export function appleSource(kind: 'apple-older' | 'apple-newer', config: SourceConfig, deps: SourceDeps): ReportSource {
  return {
    kind,
    maxKeys: MAX_KEYS[kind],
    takesDates: true,
    async fetch(ids, window): Promise<FetchAnswer> {
      const { credentials, anisetteUrl } = config;
      if (!credentials || !('dsid' in credentials)) {
        return failed(
          'credentials',
          'This source has no login. Import the auth.json that its account was logged in with.',
        );
      }
      if (anisetteUrl === null) return failed('anisette', 'This source has no anisette server. Enter its address.');
      const signal = AbortSignal.any([window.signal, AbortSignal.timeout(deps.timeoutMs)]);
      const anisette = await anisetteHeaders(anisetteUrl, credentials.dsid, deps, signal);
      if (anisette.kind === 'failed') return anisette;
      const answer = await requestJson({
        ...deps,
        url: config.url,
        method: 'POST',
        headers: {
          ...anisette.headers,
          authorization: basicAuthorization(credentials.dsid, credentials.searchPartyToken),
        },
        body: kind === 'apple-older' ? olderBody(ids, window) : newerBody(ids, window, config.entries),
        signal,
        asked,
      });
      if (answer.kind === 'failed') return answer;
      return kind === 'apple-older' ? parseOlderAnswer(answer.value, asked) : parseNewerAnswer(answer.value, asked);
    },
  };
}

const olderBody = (ids: readonly string[], { startDate, endDate }: FetchWindow) => ({
  search: [{ startDate: startDate.getTime(), endDate: endDate.getTime(), ids }],
});

/** One entry per device, as the service's own clients send it; one for all where only the first is answered. */
const newerBody = (ids: readonly string[], { startDate, endDate }: FetchWindow, entries: 'all' | 'first') => ({
  clientContext: {
    clientBundleIdentifier: 'com.apple.icloud.searchpartyuseragent',
    policy: 'foregroundClient',
  },
  fetch: (entries === 'first' ? [ids] : ids.map((id) => [id])).map((primaryIds) => ({
    ownedDeviceIds: [],
    keyType: 1,
    startDate: startDate.getTime(),
    startDateSecondary: startDate.getTime(),
    endDate: endDate.getTime(),
    primaryIds,
    secondaryIds: [],
  })),
});
