import { expect, it } from 'vitest';
import { clientRoutes } from '../../../src-shared/contract/clients.ts';
import { customerOrderRoutes } from '../../../src-shared/contract/customer-orders.ts';
import { fetcherRoutes } from '../../../src-shared/contract/fetcher.ts';
import { checkedBy, isMissing, numberOf } from './check-form.ts';

const order = checkedBy(
  customerOrderRoutes.createCustomerOrder,
  (values: { clientId: number | null; quantity: number | string }) => ({
    ...values,
    quantity: numberOf(values.quantity),
  }),
  { clientId: 'Choose the client.', quantity: (issue) => (isMissing(issue) ? 'How many?' : issue.message) },
);

it('says what the server would refuse, beside the field, in the words of the form or of the contract', () => {
  expect(order({ clientId: null, quantity: '' })).toEqual({ clientId: 'Choose the client.', quantity: 'How many?' });
  expect(order({ clientId: 3, quantity: 0 })).toEqual({ quantity: 'Use at least 1.' });
  expect(order({ clientId: 3, quantity: '1.5' })).toEqual({ quantity: 'Give a whole number.' });
  expect(order({ clientId: 3, quantity: 500 })).toEqual({});
});

it('finds the field of what stands inside the request, and leaves what has none to the server', () => {
  const source = checkedBy(fetcherRoutes.updateReportSource, ({ reachDays, url }) => ({
    url,
    assumed: { honoursDates: null, entries: null, reachDays },
    name: '',
  }));
  expect(source({ reachDays: 9, url: 'http://example.com/' })).toEqual({
    reachDays: 'Use at most 7.',
    url: 'Use https://. http:// is for programs on this machine only.',
  });
});

it('adds what only the form knows, which is said first', () => {
  const also = ({ name }: { name: string }) => (name === '' ? { name: 'Ours.' } : {});
  const client = checkedBy(clientRoutes.createClient, (values: { name: string }) => values, {}, also);
  expect(client({ name: '' })).toEqual({ name: 'Ours.' });
  expect(client({ name: ' ' })).toEqual({ name: 'This is needed.' });
  expect(client({ name: 'x'.repeat(201) })).toEqual({ name: 'Use at most 200 characters.' });
});
