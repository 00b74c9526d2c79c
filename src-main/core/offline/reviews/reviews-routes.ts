import type { Logger } from 'pino';
import type { ReviewPin } from '../../../../src-shared/contract/reviews.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { AppError, notFound } from '../../platform/errors.ts';
import type { Handlers, RequestContext } from '../../platform/http/handler.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import { outOfReach } from '../link/link.ts';
import { noteForAudit } from '../people.ts';
import { insertPin, listPins, type Reviewer, setPinState } from '../store/reviews-store.ts';
import type { Workstation } from '../workstation.ts';
import { readPin } from './keep-fresh.ts';
import { removePin } from './remove-pin.ts';

export interface ReviewDeps {
  workstation: Workstation | null;
  db: Database;
  now: () => Date;
  log: Logger;
}

function stationOf(deps: ReviewDeps, context: RequestContext): { workstation: Workstation; reviewer: Reviewer } {
  const { workstation } = deps;
  if (!workstation) throw new AppError('not-found', 'This console keeps no store of its own.');
  const { userId, client } = requirePrincipal(context);
  return { workstation, reviewer: { userId, clientId: client?.id ?? null } };
}

function pinOf(deps: ReviewDeps, context: RequestContext, pinId: number): ReviewPin {
  const { workstation, reviewer } = stationOf(deps, context);
  const pin = listPins(workstation.store, reviewer).find((each) => each.id === pinId);
  if (!pin) throw notFound('pinned review', pinId);
  return pin;
}

function begin(deps: ReviewDeps, context: RequestContext, pinId: number): ReviewPin {
  const { workstation, reviewer } = stationOf(deps, context);
  setPinState(workstation.store, pinId, { state: 'loading', done: 0, total: null });
  const pin = pinOf(deps, context, pinId);
  void readPin(workstation, deps, reviewer, pin);
  return pin;
}

/** Pins of this workstation, each seen by whoever pinned it. */
export const reviewHandlers = (deps: ReviewDeps) =>
  ({
    listReviewPins(context) {
      const { workstation, reviewer } = stationOf(deps, context);
      return { items: listPins(workstation.store, reviewer) };
    },
    async pinReview(context, { body }) {
      const { workstation, reviewer } = stationOf(deps, context);
      if (workstation.link.state() === 'offline') throw outOfReach();
      await context.audit({ resourceType: 'review-pin', details: body });
      return begin(deps, context, insertPin(workstation.store, reviewer, body, context.now.getTime()));
    },
    async refreshReview(context, { params }) {
      const { workstation } = stationOf(deps, context);
      const pin = pinOf(deps, context, params.reviewPinId);
      if (workstation.link.state() === 'offline') throw outOfReach();
      await context.audit({ resourceType: 'review-pin', resourceId: pin.id });
      return pin.state === 'loading' ? pin : begin(deps, context, pin.id);
    },
    async unpinReview(context, { params }) {
      const { workstation } = stationOf(deps, context);
      const pin = pinOf(deps, context, params.reviewPinId);
      await removePin(workstation.store, pin.id);
      if (workstation.link.state() !== 'offline')
        return context.audit({ resourceType: 'review-pin', resourceId: pin.id, details: { label: pin.label } });
      const { userId, username } = requirePrincipal(context);
      workstation.store.write(() =>
        noteForAudit(workstation, userId, { username, action: 'review.unpin', details: { label: pin.label } }),
      );
    },
  }) satisfies Partial<Handlers>;
