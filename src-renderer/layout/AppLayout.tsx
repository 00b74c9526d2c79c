import { AppShell } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, useEffect } from 'react';
import { Outlet, useLocation, useMatches } from 'react-router';
import { mayCall, useRole } from '../api/session.ts';
import type { PageHandle } from '../routes.tsx';
import { useFollowedSteps } from '../stores/followed-steps.ts';
import { usePreferences } from '../stores/preferences.ts';
import { common } from '../strings/common.ts';
import classes from './AppLayout.module.css';
import { Header } from './Header.tsx';
import { Navigation } from './Navigation.tsx';
import { NotAllowed } from './NotAllowed.tsx';
import { Notices } from './Notices.tsx';
import { OfflineBanner } from './OfflineBanner.tsx';
import { PrintHead } from './PrintHead.tsx';
import { Palette } from './palette/Palette.tsx';
import { Shortcuts } from './Shortcuts.tsx';
import { useLiveUpdates } from './use-live-updates.ts';
import { useRememberedVisits } from './use-remembered-visits.ts';

// Only few ever need it.
const FirstStepsBar = lazy(() => import('../pages/analytics/overview/FirstStepsBar.tsx'));

/** The one layout of all pages: navigation, header, and the page in its own scrolling area. */
export function AppLayout() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const collapsed = usePreferences((state) => state.navigationCollapsed);
  const followsSteps = useFollowedSteps((state) => state.following);
  const role = useRole();
  const { pathname } = useLocation();
  const matches = useMatches();
  const handle = matches.at(-1)?.handle as PageHandle | undefined;
  const allowed = !handle?.needs || mayCall(role, handle.needs);

  useRememberedVisits(handle?.crumb ?? '');
  useLiveUpdates(mayCall(role, 'listJobs'));
  // biome-ignore lint/correctness/useExhaustiveDependencies: closes the drawer whenever the address changes
  useEffect(close, [pathname]);

  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: collapsed ? 60 : 216, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      classNames={{ main: classes.main, navbar: classes.navbar, header: classes.header }}
      transitionDuration={120}
    >
      <a className="skip-link" href="#content">
        {common.skipToContent}
      </a>
      <AppShell.Header>
        <Header navigationOpened={opened} onToggleNavigation={toggle} />
      </AppShell.Header>
      <AppShell.Navbar>
        <Navigation collapsed={collapsed && !opened} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <PrintHead />
        <OfflineBanner />
        <Notices />
        {followsSteps && pathname !== '/' && (
          <Suspense>
            <FirstStepsBar />
          </Suspense>
        )}
        <Suspense>{allowed ? <Outlet /> : <NotAllowed />}</Suspense>
      </AppShell.Main>
      <Palette />
      <Shortcuts />
    </AppShell>
  );
}
