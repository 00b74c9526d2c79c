import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnector } from '../../platform/http/connector.ts';
import { mapServer } from './testing/map-server.ts';
import { openSource, type TileSourceSpec } from './tile-sources.ts';

const PATIENCE_MS = 50;

describe('a source that is too slow', () => {
  let server: Awaited<ReturnType<typeof mapServer>>;
  beforeAll(async () => {
    server = await mapServer(() => undefined);
  });
  afterAll(() => server?.close());

  const tileFrom = async (spec: TileSourceSpec) => {
    const connect = createConnector({ allowsPrivate: async () => false });
    const source = await openSource(spec, connect, new AbortController().signal, PATIENCE_MS);
    return source.tile({ z: 0, x: 0, y: 0 });
  };
  const tiles = (): TileSourceSpec => ({
    kind: 'tile-server',
    url: `${server.url}/{z}/{x}/{y}.png`,
    maxZoom: 19,
    attribution: '',
  });
  const file = (): TileSourceSpec => ({ kind: 'pmtiles', url: `${server.url}/a.pmtiles`, attribution: '' });

  it.each([
    ['tile server', tiles],
    ['PMTiles address', file],
  ])('%s that never answers is given up, and may be asked again', async (_what, spec) => {
    server.answer(() => undefined);
    await expect(tileFrom(spec())).rejects.toMatchObject({
      passes: true,
      message: expect.stringMatching(/doesn’t answer.*resume later/),
    });
  });

  it.each([
    ['tile server', 200, tiles],
    ['PMTiles address', 206, file],
  ])('%s that sends byte after byte, and no end, is given up', async (_what, status, spec) => {
    const dripping = new Set<NodeJS.Timeout>();
    server.answer((_request, response) => {
      response.writeHead(status);
      const drip = setInterval(() => response.write('x'), 5);
      dripping.add(drip);
      response.on('close', () => clearInterval(drip));
    });
    await expect(tileFrom(spec())).rejects.toMatchObject({
      passes: true,
      message: expect.stringMatching(/in the middle of an answer/),
    });
    for (const drip of dripping) clearInterval(drip);
  });
});
