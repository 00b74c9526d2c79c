import { CloseButton, Combobox, Loader, Text, TextInput, useCombobox } from '@mantine/core';
import { IconMapPin, IconSearch, IconWorldSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { places as words } from '../../strings/places.ts';
import classes from './PlaceSearch.module.css';
import { type FoundPlace, usePlaceSearch } from './use-place-search.ts';

interface Props {
  /** Called when a place is chosen, and with null when the search is cleared. */
  onFind: (place: FoundPlace | null) => void;
  label?: string;
}

const LOOK_UP = 'look-up';
const groups = Object.keys(words.groups) as FoundPlace['group'][];

/** A field that finds a place by name or coordinates. Arrows and Enter choose; Escape closes. */
export function PlaceSearch({ onFind, label = words.search }: Props) {
  const [typed, setTyped] = useState('');
  const { items, searching, geocoder, lookUp, addresses } = usePlaceSearch(typed);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const change = (next: string) => {
    setTyped(next);
    combobox.openDropdown();
    combobox.resetSelectedOption();
  };
  const choose = (value: string) => {
    if (value === LOOK_UP) return lookUp();
    const found = items.find(({ key }) => key === value);
    if (!found) return;
    setTyped(found.name);
    combobox.closeDropdown();
    onFind(found);
  };
  return (
    <Combobox store={combobox} onOptionSubmit={choose} withinPortal position="bottom-start" width={340} shadow="md">
      <Combobox.Target>
        <TextInput
          className={classes.field ?? ''}
          aria-label={label}
          placeholder={words.placeholder}
          value={typed}
          maxLength={200}
          onChange={(event) => change(event.currentTarget.value)}
          onClick={() => combobox.openDropdown()}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={(event) => {
            // Enter takes the first where none was chosen by arrow: a pasted pair needs no second key.
            if (event.key !== 'Enter' || combobox.getSelectedOptionIndex() >= 0) return;
            event.preventDefault();
            if (items[0]) choose(items[0].key);
            else if (geocoder) lookUp();
          }}
          leftSection={<IconSearch size={15} aria-hidden />}
          rightSection={
            typed && (
              <CloseButton
                size="sm"
                aria-label={words.clear}
                onClick={() => {
                  setTyped('');
                  onFind(null);
                }}
              />
            )
          }
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={typed.trim().length < 2}>
        {(items.length > 0 || geocoder) && (
          <Combobox.Options mah={340} className={classes.options ?? ''}>
            {groups.map((group) => (
              <Group key={group} group={group} items={items.filter((item) => item.group === group)} />
            ))}
            {geocoder && (
              <Combobox.Option value={LOOK_UP}>
                <Line
                  icon={<IconWorldSearch size={16} aria-hidden />}
                  name={words.lookUp(typed.trim())}
                  detail={words.told(geocoder)}
                />
              </Combobox.Option>
            )}
          </Combobox.Options>
        )}
        {addresses?.isError && (
          <Text size="xs" c="var(--attention)" p="xs" role="alert">
            {addresses.error.message}
          </Text>
        )}
        {addresses?.data?.items.length === 0 && <Combobox.Empty>{words.noAddress}</Combobox.Empty>}
        {addresses?.data?.attribution && (
          <Text size="xs" c="dimmed" px="sm" py={4}>
            {addresses.data.attribution}
          </Text>
        )}
        {(searching || addresses?.isFetching) && (
          <Combobox.Empty>
            <Loader size="xs" mr={6} /> {words.searching}
          </Combobox.Empty>
        )}
        {items.length === 0 && !searching && !addresses && !geocoder && (
          <Combobox.Empty>{words.nothing}</Combobox.Empty>
        )}
      </Combobox.Dropdown>
    </Combobox>
  );
}

function Group({ group, items }: { group: FoundPlace['group']; items: FoundPlace[] }) {
  if (items.length === 0) return null;
  return (
    <Combobox.Group label={words.groups[group]}>
      {items.map((item) => (
        <Combobox.Option key={item.key} value={item.key}>
          <Line icon={<IconMapPin size={16} aria-hidden />} name={item.name} detail={item.detail} />
        </Combobox.Option>
      ))}
    </Combobox.Group>
  );
}

function Line({ icon, name, detail }: { icon: React.ReactNode; name: string; detail: string }) {
  return (
    <span className={classes.line}>
      {icon}
      <span className={classes.words}>
        <Text size="sm" component="span" truncate display="block">
          {name}
        </Text>
        <Text size="xs" c="dimmed" component="span" truncate display="block">
          {detail}
        </Text>
      </span>
    </span>
  );
}
