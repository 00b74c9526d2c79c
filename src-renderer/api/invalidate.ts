import { type OperationId, routes } from '../../src-shared/contract/routes.ts';
import { queryClient } from './query-client.ts';

/** Marks every answer of the operations as out of date; those on screen are asked for again. */
export function invalidateOperations(operations: Iterable<OperationId>): void {
  const wanted = new Set<unknown>(operations);
  void queryClient.invalidateQueries({ predicate: (query) => wanted.has(query.queryKey[0]) });
}

const plain = (word: string) =>
  word
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/(?<=ch)es$|s$/, '');

/** The operations that read a resource, from the first segment of their paths: `clients`, `client` and so on. */
export function operationsOf(resource: string): OperationId[] {
  const wanted = plain(resource);
  return (Object.keys(routes) as OperationId[]).filter(
    (operation) => routes[operation].method === 'GET' && plain(routes[operation].path.split('/')[1] ?? '') === wanted,
  );
}
