import '@mantine/spotlight/styles.css';
import { useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import {
  IconBell,
  IconBolt,
  IconBuildingStore,
  IconBuildingWarehouse,
  IconCalendarEvent,
  IconClipboardList,
  IconClock,
  IconFileText,
  IconKey,
  IconMapPin,
  IconSearch,
  IconSettings,
  IconTag,
  IconUser,
} from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { endSession, useSession } from '../../api/session.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { sentenceOf } from '../../components/ErrorState.tsx';
import { remember } from '../../stores/recent.ts';
import { showShortcuts } from '../../stores/shortcuts.ts';
import { fetchAsked } from '../../strings/fetch-asked.ts';
import { layout } from '../../strings/layout.ts';
import { palette as words } from '../../strings/palette.ts';
import type { Deed } from './actions.ts';
import { palette, paletteStore } from './palette-store.ts';
import type { PaletteGroup } from './ranking.ts';
import { type PaletteEntry, useFound } from './use-found.ts';

const icons: Record<PaletteGroup, typeof IconTag> = {
  recent: IconClock,
  trackers: IconTag,
  orders: IconClipboardList,
  runs: IconCalendarEvent,
  clients: IconBuildingStore,
  locations: IconBuildingWarehouse,
  alerts: IconBell,
  keys: IconKey,
  users: IconUser,
  actions: IconBolt,
  pages: IconFileText,
  settings: IconSettings,
  places: IconMapPin,
};

/** Finds everything with a name that the person may see, pages, settings, places and actions. `begun` was typed before. */
export function CommandPalette({ begun }: { begun: string }) {
  const navigate = useNavigate();
  const { user } = useSession();
  const [query, setQuery] = useState(begun);
  const { groups, busy } = useFound(query);
  const deeds = useDeeds();
  // Enter before the answer is there means the first of what comes.
  const [waits, setWaits] = useState(false);

  const choose = ({ to, deed, place, label, detail, group }: PaletteEntry) => {
    if (deed) deeds[deed]();
    else if (place) void navigate('/map', { state: { place } });
    else if (to) {
      if (group !== 'actions') remember(user.id, { to, label, detail: detail || words.groups[group] });
      void navigate(to);
    }
  };
  const actions = groups.map(({ group, entries }): SpotlightActionGroupData => {
    const Icon = icons[group];
    return {
      group: words.groups[group],
      actions: entries.map((entry) => ({
        id: entry.id,
        label: entry.label,
        ...(entry.detail ? { description: entry.detail } : {}),
        leftSection: <Icon size={18} aria-hidden />,
        onClick: () => choose(entry),
      })),
    };
  });
  const first = groups[0]?.entries[0];
  const firstId = first?.id;
  const moved = useRef(false);
  const latest = useRef(choose);
  latest.current = choose;
  // What the server finds comes later than the rest, and may stand above it: the first is always the chosen one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each new first one, and each text
  useEffect(() => {
    if (firstId && !moved.current) chooseFirst();
  }, [firstId, query]);
  useEffect(() => {
    if (!waits || busy) return;
    setWaits(false);
    if (!first) return;
    palette.close();
    latest.current(first);
  }, [waits, busy, first]);

  const hold = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') moved.current = true;
    if (event.key !== 'Enter' || moved.current || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    if (busy) setWaits(true);
    else if (first) {
      palette.close();
      choose(first);
    }
  };
  return (
    <Spotlight
      actions={actions}
      // All of it is searched and ranked already.
      filter={(_, all) => all}
      query={query}
      onQueryChange={(text) => {
        setWaits(false);
        moved.current = false;
        setQuery(text);
      }}
      store={paletteStore}
      shortcut={null}
      scrollable
      maxHeight={420}
      nothingFound={busy ? words.searching : words.nothing}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: words.placeholder,
        'aria-label': layout.jumpTo,
        onKeyDownCapture: hold,
        // As soon as it stands there, which is later than the first is known where it was typed before.
        onFocus: () => moved.current || chooseFirst(),
      }}
    />
  );
}

/** Mantine keeps its choice in the page, and on what was first before. */
function chooseFirst(): void {
  const [first, ...others] = document.querySelectorAll('.mantine-Spotlight-content [data-action]');
  for (const each of others) each.removeAttribute('data-selected');
  first?.setAttribute('data-selected', 'true');
  // From where an arrow goes on.
  paletteStore.setState((state) => ({ ...state, selected: 0 }));
}

/** What actions do that lead to no page. */
function useDeeds(): Record<Deed, () => void> {
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const control = useOperationMutation('controlFetcher', {
    invalidates: ['getFetcher', 'listFetchFailures'],
    onSuccess: (answer) => notifications.show({ message: fetchAsked(answer, null) }),
    onError: (error) => notifications.show({ color: 'red', message: sentenceOf(error) }),
  });
  return {
    // Once the palette is out of the picture.
    print: () => void setTimeout(() => (window.shell ? void window.shell.print() : window.print()), 300),
    fetchNow: () => control.mutate({ body: { action: 'fetch-now' } }),
    light: () => setColorScheme('light'),
    dark: () => setColorScheme('dark'),
    shortcuts: showShortcuts,
    logOut: () =>
      void endSession()
        .catch(() => {})
        .then(() => navigate('/login', { replace: true })),
  };
}
