import { expect, it } from 'vitest';
import { preparedInMemory } from './testing/prepared-in-memory.ts';

it('is in no transaction once it is closed, whatever a connection left behind', async () => {
  const database = await preparedInMemory();
  await database.exec('begin');
  expect(database.isInTransaction()).toBe(true);
  await database.close();
  expect(database.isInTransaction()).toBe(false);
});
