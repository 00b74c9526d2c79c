import { previewFence } from '../../repositories/fence-preview.ts';
import { mapFeatures } from '../../repositories/map.ts';
import { mapHeat } from '../../repositories/map-heat.ts';
import type { Handlers } from '../handler.ts';

export const mapHandlers = {
  async getMapTrackers({ tx, now }, { query }) {
    return { type: 'FeatureCollection' as const, ...(await mapFeatures(tx, query, now)) };
  },
  getMapHeat: ({ tx, now }, { query }) => mapHeat(tx, query, now),
  previewFence: ({ tx }, { query }) => previewFence(tx, query),
} satisfies Partial<Handlers>;
