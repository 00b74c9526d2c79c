import { ActionIcon, ScrollArea, Tooltip } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { NavLink, useMatch } from 'react-router';
import { useRole } from '../api/session.ts';
import { usePreferences } from '../stores/preferences.ts';
import { layout } from '../strings/layout.ts';
import classes from './Navigation.module.css';
import { isShown, type NavigationItem, navigation } from './navigation.ts';

/** The left navigation: what the person's role may see, as words or, collapsed, as icons with their names. */
export function Navigation({ collapsed }: { collapsed: boolean }) {
  const role = useRole();
  const set = usePreferences((state) => state.set);
  const groups = navigation
    .map((group) => ({ ...group, items: group.items.filter((item) => isShown(role, item)) }))
    .filter((group) => group.items.length > 0);
  const toggleLabel = collapsed ? layout.expand : layout.collapse;

  return (
    <nav className={classes.root} aria-label={layout.navigation} data-collapsed={collapsed || undefined}>
      <ScrollArea className={classes.groups} type="never">
        {groups.map((group) => (
          <div key={group.label ?? ''} className={classes.group}>
            {group.label && <div className={classes.label}>{group.label}</div>}
            {group.items.map((item) => (
              <Item key={item.to} item={item} collapsed={collapsed} />
            ))}
          </div>
        ))}
      </ScrollArea>
      <div className={classes.footer}>
        <Tooltip label={toggleLabel} position="right">
          <ActionIcon
            aria-label={toggleLabel}
            aria-expanded={!collapsed}
            onClick={() => set({ navigationCollapsed: !collapsed })}
          >
            {collapsed ? <IconLayoutSidebarLeftExpand size={18} /> : <IconLayoutSidebarLeftCollapse size={18} />}
          </ActionIcon>
        </Tooltip>
      </div>
    </nav>
  );
}

function Item({ item, collapsed }: { item: NavigationItem; collapsed: boolean }) {
  const Icon = item.icon;
  const atRoot = item.to === '/';
  const current = useMatch({ path: item.to, end: atRoot }) !== null;
  const link = useRef<HTMLAnchorElement>(null);
  // In a low window the last groups are below the edge: where somebody is must be seen.
  useEffect(() => {
    if (current) link.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return (
    <Tooltip label={item.label} position="right" disabled={!collapsed}>
      <NavLink ref={link} to={item.to} end={atRoot} className={classes.item ?? ''}>
        <Icon size={18} stroke={1.7} aria-hidden />
        <span className={classes.name}>{item.label}</span>
      </NavLink>
    </Tooltip>
  );
}
