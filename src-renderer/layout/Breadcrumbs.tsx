import { Anchor, Text } from '@mantine/core';
import { Link, useLocation, useMatches } from 'react-router';
import type { PageHandle } from '../routes.tsx';
import { usePageTitle } from '../stores/page-title.ts';
import { layout } from '../strings/layout.ts';
import classes from './Header.module.css';

/** Where the page stands: its area, which links to the list, and, on a detail page, what it is about. */
export function Breadcrumbs() {
  const { pathname } = useLocation();
  const handle = useMatches().at(-1)?.handle as PageHandle | undefined;
  const title = usePageTitle((state) => state.title);
  const segments = pathname.split('/').filter(Boolean);
  const area = handle?.crumb ?? layout.notFound.title;
  const detail = segments.length > 1 ? title : null;
  return (
    <nav aria-label={layout.breadcrumbs} style={{ minWidth: 0 }}>
      <ol className={classes.crumbs}>
        <li>
          {detail ? (
            <Anchor component={Link} to={`/${segments[0]}`} fz="inherit">
              {area}
            </Anchor>
          ) : (
            <Text fz="inherit" fw={600} component="span" aria-current="page">
              {area}
            </Text>
          )}
        </li>
        {detail && (
          <li>
            <Text fz="inherit" fw={600} component="span" aria-current="page">
              {detail}
            </Text>
          </li>
        )}
      </ol>
    </nav>
  );
}
