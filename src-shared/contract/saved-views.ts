import { z } from 'zod';
import { id, idText, instant, line, version } from './common.ts';
import { everyone } from './roles.ts';
import { json, nothing, route } from './route.ts';

/** The lists that people can save views of. */
const viewedLists = ['trackers'] as const;
const name = line(1, 60);

/** How somebody left a list. */
const viewState = z.object({
  /** Filters and sort order as in the page's address: `status=DELIVERED&sort=-lastReportedAt`. */
  search: z.string().max(2000),
  /** Columns that are hidden; null leaves them as they are. */
  hiddenColumns: z.array(z.string().max(60)).max(100).nullable(),
});

const savedView = z.object({
  id,
  version,
  list: z.enum(viewedLists),
  name: z.string(),
  state: viewState,
  updatedAt: instant,
});
export type SavedView = z.infer<typeof savedView>;

const params = z.object({ savedViewId: idText });

/** Saved views are personal: nobody else sees them. */
export const savedViewRoutes = {
  listSavedViews: route({
    method: 'GET',
    path: '/saved-views',
    summary: 'Your saved views of a list, by name',
    tag: 'saved views',
    access: everyone,
    query: z.object({ list: z.enum(viewedLists) }),
    output: json(z.object({ items: z.array(savedView) })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getSavedView: route({
    method: 'GET',
    path: '/saved-views/{savedViewId}',
    summary: 'One of your views',
    tag: 'saved views',
    access: everyone,
    params,
    output: json(savedView),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  createSavedView: route({
    method: 'POST',
    path: '/saved-views',
    summary: 'Save a view of a list under a name',
    tag: 'saved views',
    access: everyone,
    body: json(z.object({ list: z.enum(viewedLists), name, state: viewState })),
    output: json(savedView),
    status: 201,
    idempotent: false,
    audited: 'saved-view.create',
  }),
  updateSavedView: route({
    method: 'PATCH',
    path: '/saved-views/{savedViewId}',
    summary: 'Rename a view, or keep the list as it is now under its name',
    tag: 'saved views',
    access: everyone,
    params,
    body: json(z.object({ name, state: viewState }).partial()),
    output: json(savedView),
    status: 200,
    idempotent: true,
    audited: 'saved-view.update',
    versioned: { record: 'saved-views' },
  }),
  deleteSavedView: route({
    method: 'DELETE',
    path: '/saved-views/{savedViewId}',
    summary: 'Delete a view',
    tag: 'saved views',
    access: everyone,
    params,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'saved-view.delete',
    versioned: { record: 'saved-views' },
  }),
};
