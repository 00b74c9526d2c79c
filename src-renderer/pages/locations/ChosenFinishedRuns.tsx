import { useQueries } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { FinishedRuns } from './FinishedRuns.tsx';

interface Props {
  /** The runs that a new fence is for. */
  runIds: readonly number[];
  value: string[];
  onChange: (ids: string[]) => void;
}

/** Those of the chosen runs that are over: a fence that is made late counts for them only where they are chosen here. */
export function ChosenFinishedRuns({ runIds, value, onChange }: Props) {
  const runs = useQueries({
    queries: [...new Set(runIds)].map((productionRunId) => ({
      queryKey: ['getProductionRun', { params: { productionRunId } }],
      queryFn: () => api.getProductionRun({ params: { productionRunId } }),
    })),
    combine: (results) => results.flatMap(({ data }) => (data?.phase === 'over' ? [data] : [])),
  });
  return <FinishedRuns runs={runs.map(({ id, name }) => ({ id, name }))} value={value} onChange={onChange} />;
}
