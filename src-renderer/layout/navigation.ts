import {
  IconBell,
  IconBuildingFactory2,
  IconBuildingStore,
  IconBuildingWarehouse,
  IconCalendarEvent,
  IconChartBar,
  IconClipboardList,
  IconCloudDownload,
  IconCloudUp,
  IconDeviceDesktop,
  IconDeviceTablet,
  IconHistory,
  IconHome,
  IconKey,
  IconListCheck,
  IconMap2,
  IconPin,
  type IconProps,
  IconSettings,
  IconShieldCheck,
  IconShieldLock,
  IconTag,
  IconUsers,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Role } from '../../src-shared/contract/roles.ts';
import type { OperationId } from '../../src-shared/contract/routes.ts';
import { mayCall } from '../api/session.ts';
import { layout } from '../strings/layout.ts';

export interface NavigationItem {
  to: string;
  label: string;
  icon: ComponentType<IconProps>;
  /** Shown to the roles that may call this operation. */
  needs: OperationId;
  /** Left out for these roles, who may see it and have no work there. */
  notFor?: readonly Role[];
}

/** Whether an item is shown to somebody of this role. */
export const isShown = (role: Role, { needs, notFor }: NavigationItem): boolean =>
  mayCall(role, needs) && !(notFor ?? []).includes(role);

/** A warehouse person's console begins at the station, and is about orders and devices. */
const desk: readonly Role[] = ['warehouse'];

export interface NavigationGroup {
  label: string | null;
  items: NavigationItem[];
}

const { pages, groups } = layout;

export const navigation: NavigationGroup[] = [
  { label: null, items: [{ to: '/', label: pages.overview, icon: IconHome, needs: 'getOverview', notFor: desk }] },
  {
    label: groups.where,
    items: [
      { to: '/trackers', label: pages.trackers, icon: IconTag, needs: 'listTrackers' },
      { to: '/map', label: pages.map, icon: IconMap2, needs: 'getMapTrackers' },
      { to: '/reviews', label: pages.reviews, icon: IconPin, needs: 'listReviewPins' },
      { to: '/locations', label: pages.locations, icon: IconBuildingWarehouse, needs: 'listStorageLocations' },
      { to: '/alerts', label: pages.alerts, icon: IconBell, needs: 'listAlerts', notFor: desk },
      { to: '/reports', label: pages.reports, icon: IconChartBar, needs: 'getReport', notFor: desk },
    ],
  },
  {
    label: groups.supply,
    items: [
      { to: '/key-batches', label: pages.keyBatches, icon: IconKey, needs: 'listKeyBatches', notFor: desk },
      {
        to: '/manufacturers',
        label: pages.manufacturers,
        icon: IconBuildingFactory2,
        needs: 'listManufacturers',
        notFor: desk,
      },
      { to: '/orders', label: pages.orders, icon: IconClipboardList, needs: 'listCustomerOrders' },
      { to: '/scan', label: pages.scanStation, icon: IconDeviceTablet, needs: 'allocate' },
      { to: '/offline', label: pages.offline, icon: IconCloudUp, needs: 'listOutboxEntries' },
    ],
  },
  {
    label: groups.customers,
    items: [
      { to: '/clients', label: pages.clients, icon: IconBuildingStore, needs: 'listClients' },
      { to: '/production-runs', label: pages.productionRuns, icon: IconCalendarEvent, needs: 'listProductionRuns' },
    ],
  },
  {
    label: groups.operation,
    items: [
      { to: '/fetcher', label: pages.fetcher, icon: IconCloudDownload, needs: 'getFetcher', notFor: desk },
      { to: '/jobs', label: pages.jobs, icon: IconListCheck, needs: 'listJobs', notFor: desk },
      { to: '/consoles', label: pages.consoles, icon: IconDeviceDesktop, needs: 'listConsoles', notFor: desk },
    ],
  },
  {
    label: groups.administration,
    items: [
      { to: '/users', label: pages.users, icon: IconUsers, needs: 'listUsers' },
      { to: '/permissions', label: pages.permissions, icon: IconShieldCheck, needs: 'listPermissions' },
      { to: '/audit', label: pages.audit, icon: IconHistory, needs: 'listAuditEntries' },
      { to: '/key-protection', label: pages.keyProtection, icon: IconShieldLock, needs: 'getKeyProtection' },
      { to: '/settings', label: pages.settings, icon: IconSettings, needs: 'getAbout' },
    ],
  },
];
