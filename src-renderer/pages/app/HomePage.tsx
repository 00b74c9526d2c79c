import { lazy, Suspense } from 'react';
import { Navigate } from 'react-router';
import { useRole } from '../../api/session.ts';

const OverviewPage = lazy(() => import('../analytics/overview/OverviewPage.tsx'));

/** Where a console begins: at the station for who fills orders, else with how things stand. */
export default function HomePage() {
  const role = useRole();
  if (role === 'warehouse') return <Navigate to="/scan" replace />;
  return (
    <Suspense>
      <OverviewPage />
    </Suspense>
  );
}
