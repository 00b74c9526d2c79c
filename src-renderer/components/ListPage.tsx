import { Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilter, IconPlus, type IconProps } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import { usePhone } from '../hooks/use-phone.ts';
import type { UrlFilters } from '../hooks/use-url-filters.ts';
import { common } from '../strings/common.ts';
import type { GlossaryTerm } from '../strings/glossary.ts';
import { ColumnChoice, DataTable, type TableProps } from './DataTable.tsx';
import { EmptyState } from './EmptyState.tsx';
import { Page } from './Page.tsx';
import { SearchInput } from './SearchInput.tsx';

interface EmptyProps {
  /** Without it the list has no filters. */
  filters?: Pick<UrlFilters<never>, 'active' | 'clear'> | undefined;
  icon?: ComponentType<IconProps>;
  title: string;
  hint?: ReactNode;
  /** What the person can do about it: buttons. */
  children?: ReactNode;
}

/** Instead of an empty list: nothing matches the filters, or nothing is there yet. */
export function EmptyList({ filters, icon, title, hint, children }: EmptyProps) {
  if (filters?.active)
    return (
      <EmptyState title={common.nothingMatches} description={common.nothingMatchesHint}>
        <Button variant="default" onClick={filters.clear}>
          {common.clearFilters}
        </Button>
      </EmptyState>
    );
  return (
    <EmptyState {...(icon ? { icon } : {})} title={title} description={hint}>
      {children}
    </EmptyState>
  );
}

/** The search field of a list, kept in its address. */
export function ListSearch({ filters, ...props }: { filters: UrlFilters<'search'>; label?: string; width?: number }) {
  return (
    <SearchInput
      {...props}
      value={filters.values.search ?? ''}
      onChange={(search) => filters.set({ search: search.trim() })}
    />
  );
}

interface Props<T> extends Omit<TableProps<T>, 'empty' | 'fill' | 'flush' | 'maxHeight'> {
  title: string;
  term?: GlossaryTerm;
  description?: ReactNode;
  /** Before the choice of columns. */
  actions?: ReactNode;
  /** What makes a new one; left out where the person may not. */
  create?: { label: string; onClick: () => void } | false;
  filters?: Pick<UrlFilters<never>, 'active' | 'clear'>;
  /** The fields of the filters. */
  filterBar?: ReactNode;
  /** Between heading and filters. */
  head?: ReactNode;
  /** In the empty list, where there are no filters; the button that makes one stands in it too. */
  empty: Omit<EmptyProps, 'filters'>;
  /** Instead of the table. */
  instead?: ReactNode;
  /** Between filters and table: what is done to the selected rows. */
  bulk?: ReactNode;
  /** Forms that the page opens, and what stands below. */
  children?: ReactNode;
}

/** The fields of the filters; on a phone behind a button, so that the list has the room. */
export function FilterBar({ isActive, children }: { isActive: boolean; children: ReactNode }) {
  const isPhone = usePhone();
  const [opened, { toggle }] = useDisclosure(isActive);
  if (!isPhone) return <Group gap="xs">{children}</Group>;
  return (
    <>
      <Button
        variant={isActive ? 'light' : 'default'}
        leftSection={<IconFilter size={15} aria-hidden />}
        aria-expanded={opened}
        onClick={toggle}
      >
        {common.filters}
      </Button>
      {opened && <Group gap="xs">{children}</Group>}
    </>
  );
}

/** A page that is one list: heading, create button, choice of columns, filters, table, and what an empty list says. */
export function ListPage<T extends object>(props: Props<T>) {
  const { title, term, description, actions, create, filters, filterBar, head, empty, instead, bulk, children } = props;
  // Nothing to choose columns of. What loads or is filtered keeps its button, so that nothing jumps.
  const isEmpty = props.pages
    ? props.pages.query.isSuccess && props.pages.items.length === 0
    : props.rows?.length === 0;
  const button = create && (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={create.onClick}>
      {create.label}
    </Button>
  );
  return (
    <Page
      fill
      title={title}
      {...(term ? { term } : {})}
      description={description}
      actions={
        <>
          {actions}
          {!(isEmpty && !filters?.active) && <ColumnChoice name={props.name} columns={props.columns} />}
          {button}
        </>
      }
    >
      {head}
      {filterBar && <FilterBar isActive={filters?.active ?? false}>{filterBar}</FilterBar>}
      {instead || (
        <>
          {bulk}
          <DataTable
            {...props}
            fill
            empty={
              <EmptyList filters={filters} {...empty}>
                {empty.children ?? button}
              </EmptyList>
            }
          />
        </>
      )}
      {children}
    </Page>
  );
}
