/**
 * Runs in the page. Makes a client, five devices and an order for five, with the first of them in it.
 * @param tail eight hexadecimal digits that the addresses of the devices are made of
 */
export async function orderWithDevices({
  tail,
  allocated,
}: {
  tail: string;
  allocated: number;
}): Promise<{ orderId: number; macs: string[] }> {
  const ask = async (method: string, path: string, body?: unknown) => {
    const init: RequestInit = { method, headers: { 'content-type': 'application/json' } };
    if (body !== undefined) init.body = JSON.stringify(body);
    const answer = await fetch(`/api/v1${path}`, init);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    const type = answer.headers.get('content-type') ?? '';
    return type.includes('json') ? answer.json() : answer.text();
  };
  const jobEnd = async (id: number) => {
    for (;;) {
      const job = await ask('GET', `/jobs/${id}`);
      if (job.finishedAt) return job;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const client = await ask('POST', '/clients', { name: `Client ${tail}` });
  const batch = await ask('POST', '/key-batches', { count: 5, label: tail });
  await jobEnd(batch.id);
  const exported: string = await ask('GET', `/key-batches/${batch.resource.id}/exports?format=csv`);
  const keys = exported
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(',')[0]);
  const macs = keys.map((_, i) => `C0:${tail.match(/../g)?.join(':')}:0${i}`);
  const csv = ['mac_address,advertisement_key', ...keys.map((key, i) => `${macs[i]},${key}`)].join('\n');
  const answer = await fetch(`/api/v1/key-batches/${batch.resource.id}/manufactured-devices`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: csv,
  });
  await jobEnd((await answer.json()).id);
  const order = await ask('POST', '/customer-orders', { clientId: client.id, quantity: 5 });
  for (const scan of macs.slice(0, allocated)) await ask('POST', `/customer-orders/${order.id}/allocations`, { scan });
  return { orderId: order.id, macs };
}
