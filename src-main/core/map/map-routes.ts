import { previewFence } from '../locations/fence-preview-store.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { mapHeat } from './map-heat-store.ts';
import { mapFeatures } from './map-store.ts';

export const mapHandlers = {
  async getMapTrackers({ tx, now }, { query }) {
    return { type: 'FeatureCollection' as const, ...(await mapFeatures(tx, query, now)) };
  },
  getMapHeat: ({ tx, now }, { query }) => mapHeat(tx, query, now),
  previewFence: ({ tx }, { query }) => previewFence(tx, query),
} satisfies Partial<Handlers>;
