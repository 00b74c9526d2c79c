/**
 * What people see of a company through the API, in words that don't change from version to version. Fields are named by
 * where they were in each version; one that is nowhere reads as undefined, and fails the comparison.
 */

/** Answers a GET of the API: a path below /api/v1, and what came as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: answers of any version
export type Get = (path: string) => Promise<any>;

export interface Seen {
  clients: unknown[];
  productionRuns: unknown[];
  locations: unknown[];
  orders: unknown[];
  trackers: unknown[];
  /** By the id of the tracker. */
  history: Record<string, unknown[]>;
  reports: Record<string, unknown[]>;
  deliveries: unknown[];
}

// biome-ignore lint/suspicious/noExplicitAny: answers of any version
type Item = any;

async function all(get: Get, path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Item = await get(
      `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor ?? null;
  }
  return items;
}

const byId = (items: Item[]) => [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
const named = (reference: Item) => reference?.name ?? null;

/** Columns of the report in the order in which the first of these versions had them. */
const deliveryColumns = [
  ...['tracker', 'client', 'production_run', 'location', 'entered', 'confirmed', 'left', 'evidence_reports'],
  ...['minimum_dwell_minutes', 'hours_from_run_start', 'hours_from_allocation', 'visit', 'repeated'],
];
async function deliveriesOf(get: Get): Promise<unknown[]> {
  const path = '/reports/deliveries?from=2020-01-01T00:00:00Z&to=2030-01-01T00:00:00Z';
  const ids = (await get(`${path}&limit=1`)).columns.map((column: Item) => column.id);
  return (await all(get, path)).map(({ trackerId, cells }) => ({
    trackerId,
    cells: deliveryColumns.map((id) => cells[ids.indexOf(id)]),
  }));
}

export async function whatIsSeen(get: Get): Promise<Seen> {
  const trackers = byId(await all(get, '/trackers?sort=id')).filter((tracker) => tracker.stage !== 'key');
  const history: Seen['history'] = {};
  const reports: Seen['reports'] = {};
  for (const { id } of trackers.filter((tracker) => tracker.reportCount > 0)) {
    history[id] = (await all(get, `/trackers/${id}/status-history`)).map((entry) => ({
      status: entry.status,
      location: named(entry.location),
      enteredAt: entry.enteredAt,
      leftAt: entry.leftAt,
    }));
    reports[id] = (await all(get, `/trackers/${id}/location-reports`)).map((report) => ({
      at: report.reportedAt,
      position: report.position,
      accuracy: report.horizontalAccuracyM,
      leftOut: report.leftOutReason,
    }));
  }
  return {
    clients: byId(await all(get, '/clients')).map(({ id, name }) => ({ id, name })),
    productionRuns: byId(await all(get, '/production-runs')).map((run) => ({
      id: run.id,
      name: run.name,
      client: named(run.client),
      startDate: run.startDate,
      endDate: run.endDate,
      timeZone: run.timeZone,
    })),
    locations: byId([...(await all(get, '/storage-locations')), ...(await all(get, '/delivery-locations'))]).map(
      (location) => ({
        id: location.id,
        name: location.name,
        position: location.position,
        radius: location.geofenceRadiusM,
        run: named(location.productionRun),
      }),
    ),
    orders: byId(await all(get, '/customer-orders')).map((order) => ({
      id: order.id,
      number: order.number,
      client: named(order.client),
      state: order.state,
      quantity: order.quantity,
      allocated: order.allocatedCount,
      dueDate: order.dueDate,
    })),
    trackers: trackers.map((tracker) => ({
      id: tracker.id,
      mac: tracker.macAddress,
      serial: tracker.serialNumber,
      key: tracker.hashedAdvertisementKey,
      stage: tracker.stage,
      run: named(tracker.productionRun),
      client: named(tracker.client),
      order: tracker.customerOrder?.number ?? null,
      status: tracker.status,
      location: named(tracker.location),
      lastReportedAt: tracker.lastReport?.reportedAt ?? null,
      position: tracker.lastReport?.position ?? null,
      reports: tracker.reportCount,
    })),
    history,
    reports,
    deliveries: await deliveriesOf(get),
  };
}
