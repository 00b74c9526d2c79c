import { useEffect } from 'react';
import { useLocation } from 'react-router';
import { useSession } from '../api/session.ts';
import { usePageTitle } from '../stores/page-title.ts';
import { remember } from '../stores/recent.ts';

const DETAIL = /^\/(?:trackers|orders|production-runs|key-batches|manufacturers)\/\d+$/;

/** Remembers which trackers, orders, runs, batches and manufacturers were opened, for the jump field. */
export function useRememberedVisits(crumb: string): void {
  const { pathname } = useLocation();
  const { user } = useSession();
  const title = usePageTitle((state) => state.title);
  useEffect(() => {
    // Until its record is there, a page is called what its list is called.
    if (DETAIL.test(pathname) && title !== null && title !== crumb)
      remember(user.id, { to: pathname, label: title, detail: crumb });
  }, [pathname, title, crumb, user.id]);
}
