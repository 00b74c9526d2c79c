import { useQuery } from '@tanstack/react-query';
import type { Allocation } from '../../../../src-shared/contract/customer-orders.ts';
import { MAX_PAPER_DEVICES } from '../../../../src-shared/contract/order-papers.ts';
import { api } from '../../../api/client.ts';

const PAGE = 500;

/** Every device of an order in the order of scanning; at most as many as fit on paper. */
export function usePackedDevices(customerOrderId: number) {
  return useQuery({
    queryKey: ['listAllocations', { customerOrderId }, 'all'],
    queryFn: async ({ signal }) => {
      const devices: Allocation[] = [];
      let cursor: string | null = null;
      do {
        const query: { limit: number; cursor?: string } = { limit: PAGE, ...(cursor ? { cursor } : {}) };
        const page = await api.listAllocations({ params: { customerOrderId }, query, signal });
        devices.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null && devices.length < MAX_PAPER_DEVICES);
      return devices.sort((a, b) => a.id - b.id);
    },
  });
}
