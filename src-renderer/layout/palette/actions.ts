import type { Role } from '../../../src-shared/contract/roles.ts';
import type { OperationId } from '../../../src-shared/contract/routes.ts';
import { mayCall } from '../../api/session.ts';
import { alerts } from '../../strings/alerts.ts';
import { backups } from '../../strings/backups.ts';
import { consoles } from '../../strings/consoles.ts';
import { statusRules } from '../../strings/fences.ts';
import { fetcher } from '../../strings/fetcher.ts';
import { palette as words } from '../../strings/palette.ts';
import { places } from '../../strings/places.ts';
import { retention } from '../../strings/retention.ts';
import { settings } from '../../strings/settings.ts';
import type { Entry } from './ranking.ts';

type ActionName = keyof typeof words.actions;
/** What an action does that leads to no page. */
export type Deed = 'print' | 'fetchNow' | 'light' | 'dark' | 'shortcuts' | 'logOut';

/** Where an action leads, and the operation that it needs; those that lead nowhere are deeds. */
const actions: Record<ActionName, { to: string | null; needs: OperationId }> = {
  newOrder: { to: '/orders?new=1', needs: 'createCustomerOrder' },
  newClient: { to: '/clients?new=1', needs: 'createClient' },
  newRun: { to: '/production-runs?new=1', needs: 'createProductionRun' },
  newBatch: { to: '/key-batches?new=1', needs: 'createKeyBatch' },
  newManufacturer: { to: '/manufacturers?new=1', needs: 'createManufacturer' },
  newUser: { to: '/users?new=1', needs: 'createUser' },
  newStorage: { to: '/locations?new=storage', needs: 'createStorageLocation' },
  newDelivery: { to: '/locations?new=delivery', needs: 'createDeliveryLocation' },
  scan: { to: '/scan', needs: 'allocate' },
  fetchNow: { to: null, needs: 'controlFetcher' },
  print: { to: null, needs: 'getSession' },
  light: { to: null, needs: 'getSession' },
  dark: { to: null, needs: 'getSession' },
  shortcuts: { to: null, needs: 'getSession' },
  logOut: { to: null, needs: 'getSession' },
};

type SettingName = keyof typeof words.settingWords;
const panels: Record<SettingName, { label: string; needs: OperationId; to?: string }> = {
  map: { label: settings.map.title, needs: 'getMapSettings' },
  geocoder: { label: places.geocoder.title, needs: 'getGeocoder' },
  network: { label: settings.network.title, needs: 'getFetcher' },
  appearance: { label: settings.appearance, needs: 'getAbout' },
  account: { label: settings.account, needs: 'getAbout' },
  schedule: { label: fetcher.settings.title, needs: 'getFetcher' },
  'status-rules': { label: statusRules.title, needs: 'getStatusRules' },
  retention: { label: retention.title, needs: 'getRetention' },
  connections: { label: consoles.connections.title, needs: 'getDatabaseConnections' },
  backups: { label: backups.title, needs: 'getBackups' },
  thresholds: { label: alerts.thresholds, needs: 'updateThresholds', to: '/alerts?thresholds=1' },
};

export interface ActionEntry extends Entry {
  to: string | null;
  deed: Deed | null;
}

/** The actions and the settings that a role may use. */
export function actionsFor(role: Role): ActionEntry[] {
  const deeds = (Object.keys(actions) as ActionName[])
    .filter((name) => mayCall(role, actions[name].needs))
    .map((name): ActionEntry => {
      const { to } = actions[name];
      const deed = to === null ? (name as Deed) : null;
      return {
        id: to ?? name,
        group: 'actions',
        label: words.actions[name],
        words: words.actionWords[name],
        to,
        deed,
      };
    });
  const settingsOf = (Object.keys(panels) as SettingName[])
    .filter((name) => mayCall(role, 'getAbout') && mayCall(role, panels[name].needs))
    .map((name): ActionEntry => {
      const { label, to = `/settings#${name}` } = panels[name];
      return { id: to, group: 'settings', label, words: words.settingWords[name], to, deed: null };
    });
  return [...deeds, ...settingsOf];
}
