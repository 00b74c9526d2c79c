import { statuses } from '../../../src-shared/contract/status.ts';
import { lifecycleStages, trackerSorts } from '../../../src-shared/contract/trackers.ts';
import type { OperationInput } from '../../api/client.ts';
import { instantsOf, rangeOf } from '../../dates/range-filter.ts';
import { idOf } from '../../hooks/use-url-filters.ts';

export const filterKeys = [
  'search',
  'clientId',
  'brandId',
  'productionRunId',
  'keyBatchId',
  'customerOrderId',
  'locationId',
  'status',
  'stage',
  'silentForHours',
  'expected',
  'retired',
  'past',
  'tag',
  'reportedFrom',
  'reportedTo',
  'deliveredFrom',
  'deliveredTo',
  'sort',
] as const;
export type FilterKey = (typeof filterKeys)[number];

export type TrackerQuery = NonNullable<OperationInput<'countTrackers'>['query']>;
export type TrackerSort = (typeof trackerSorts)[number];
const DEFAULT_SORT: TrackerSort = '-lastReportedAt';

const oneOf = <T extends string>(words: readonly T[], text: string | undefined): T | undefined =>
  words.find((word) => word === text);

/** Filters whose counts elsewhere hold keys without a device too: their lists are whole. */
const whole = ['search', 'clientId', 'brandId', 'productionRunId', 'keyBatchId', 'customerOrderId'] as const;

/** The choice of stage: as in the address, else trackers that have a device, which the list begins with. */
export function stageOf(values: Partial<Record<FilterKey, string>>): string {
  const named = oneOf([...lifecycleStages, 'made', 'keys', 'any'] as const, values.stage);
  return named ?? (whole.some((key) => values[key]) ? 'any' : 'made');
}

function madeOf(values: Partial<Record<FilterKey, string>>): 'true' | 'false' | undefined {
  const stage = stageOf(values);
  return stage === 'made' ? 'true' : stage === 'keys' ? 'false' : undefined;
}

/** The filters of the address as the API takes them; what is not a value it knows is left out. */
export function toQuery(values: Partial<Record<FilterKey, string>>): TrackerQuery {
  const silent = Number(values.silentForHours);
  const reported = instantsOf(rangeOf(values.reportedFrom, values.reportedTo));
  const delivered = instantsOf(rangeOf(values.deliveredFrom, values.deliveredTo));
  const query = {
    search: values.search,
    clientId: idOf(values.clientId),
    brandId: idOf(values.brandId),
    productionRunId: idOf(values.productionRunId),
    keyBatchId: idOf(values.keyBatchId),
    customerOrderId: idOf(values.customerOrderId),
    locationId: idOf(values.locationId),
    status: oneOf(statuses, values.status),
    stage: oneOf(lifecycleStages, values.stage),
    made: madeOf(values),
    expected: values.expected === 'true' ? ('true' as const) : undefined,
    tag: values.tag,
    retired: oneOf(['with', 'only'] as const, values.retired),
    silentForHours: silent > 0 ? silent : undefined,
    reportedFrom: reported.from,
    reportedTo: reported.to,
    deliveredFrom: delivered.from,
    deliveredTo: delivered.to,
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

export const toSort = (text: string | undefined): TrackerSort => oneOf(trackerSorts, text) ?? DEFAULT_SORT;
