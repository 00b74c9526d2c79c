import { notifications } from '@mantine/notifications';
import type { ReportSource } from '../../../src-shared/contract/fetcher.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { sentenceOf } from '../../components/ErrorState.tsx';
import { fetcher } from '../../strings/fetcher.ts';

const { sources: words } = fetcher;

/** Asks a source once, and says what came of it. */
export function useSourceTest(): (source: Pick<ReportSource, 'id' | 'name'>) => void {
  const test = useOperationMutation('testReportSource', { invalidates: ['getFetcher', 'listReportSources'] });
  return (source) => {
    const id = `test-${source.id}`;
    notifications.show({ id, loading: true, autoClose: false, message: words.testing(source.name) });
    test
      .mutateAsync({ params: { reportSourceId: source.id } })
      .then(({ ok, message, durationMs }) => ({ ok, message: ok ? words.testOk(durationMs) : message }))
      .catch((error: unknown) => ({ ok: false, message: sentenceOf(error) }))
      .then(({ ok, message }) =>
        notifications.update({
          id,
          loading: false,
          color: ok ? 'teal' : 'red',
          title: source.name,
          message,
          autoClose: ok ? 6_000 : false,
        }),
      );
  };
}
