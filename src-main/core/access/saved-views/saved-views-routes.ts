import { orNameTaken } from '../../platform/db/conflicts.ts';
import { notFound } from '../../platform/errors.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import {
  deleteSavedView,
  findSavedView,
  insertSavedView,
  listSavedViews,
  updateSavedView,
} from './saved-views-store.ts';

const nameTaken = {
  index: 'saved_views_name',
  field: 'name',
  message: 'You already have a view with this name. Choose another name, or change that view.',
};

export const savedViewHandlers = {
  listSavedViews: async (context, { query }) => ({
    items: await listSavedViews(context.tx, requirePrincipal(context).userId, query.list),
  }),
  async getSavedView(context, { params }) {
    const view = await findSavedView(context.tx, requirePrincipal(context).userId, params.savedViewId);
    if (!view) throw notFound('saved view', params.savedViewId);
    return view;
  },
  createSavedView: (context, { body }) =>
    orNameTaken(insertSavedView(context.tx, requirePrincipal(context).userId, body, context.now), nameTaken),
  async updateSavedView(context, { params, body }) {
    const { userId } = requirePrincipal(context);
    const changed = updateSavedView(context.tx, userId, params.savedViewId, body, context.now);
    const view = await orNameTaken(changed, nameTaken);
    if (!view) throw notFound('saved view', params.savedViewId);
    return view;
  },
  async deleteSavedView(context, { params }) {
    const { userId } = requirePrincipal(context);
    if (!(await deleteSavedView(context.tx, userId, params.savedViewId)))
      throw notFound('saved view', params.savedViewId);
  },
} satisfies Partial<Handlers>;
