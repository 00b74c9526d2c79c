import { mapFeatures } from '../../repositories/map.ts';
import type { Handlers } from '../handler.ts';

export const mapHandlers = {
  async getMapTrackers({ tx, now }, { query }) {
    return { type: 'FeatureCollection' as const, ...(await mapFeatures(tx, query, now)) };
  },
} satisfies Partial<Handlers>;
