import { describe, expect, it } from 'vitest';
import { toCore } from './addresses.ts';

describe('what the core is told of the address', () => {
  const told = (headers: { host: string; origin?: string }) => {
    toCore(headers, ['127.0.0.1', 'localhost'], { seen: 4780, core: 50_000 });
    return headers;
  };

  it('is its own, for the page of the development server', () => {
    expect(told({ host: 'localhost:4780', origin: 'http://localhost:4780' })).toEqual({
      host: 'localhost:50000',
      origin: 'http://localhost:50000',
    });
    expect(told({ host: '127.0.0.1:4780' })).toEqual({ host: '127.0.0.1:50000' });
  });

  it.each(['evil.example', 'evil.example:4780', '127.0.0.1', '127.0.0.1:4781', '127.0.0.1:4780.evil.example'])(
    'is what came, for the Host “%s”, so that the core refuses it',
    (host) => expect(told({ host, origin: `http://${host}` })).toEqual({ host, origin: `http://${host}` }),
  );

  it.each(['http://evil.example', 'https://127.0.0.1:4780', 'http://localhost:4780', 'http://127.0.0.1:47801', 'null'])(
    'keeps the Origin “%s” of another site, so that the core refuses it',
    (origin) => expect(told({ host: '127.0.0.1:4780', origin })).toEqual({ host: '127.0.0.1:50000', origin }),
  );
});
