import { useCallback, useLayoutEffect, useMemo, useRef } from 'react';
import { useSearchParams } from 'react-router';

export interface UrlFilters<K extends string> {
  values: Partial<Record<K, string>>;
  /** Changes some filters; undefined, null and '' take one out of the address. */
  set: (change: Partial<Record<K, string | number | null | undefined>>) => void;
  clear: () => void;
  /** Whether any filter besides those in `ignored` is set. */
  active: boolean;
}

/**
 * Filters that live in the address, so that a filtered list can be linked to, reloaded and gone back to.
 * @param ignored keys that don't count as a filter (a sort order)
 */
export function useUrlFilters<K extends string>(keys: readonly K[], ignored: readonly K[] = []): UrlFilters<K> {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the parameters, the keys are constant
  const values = useMemo(() => {
    const read: Partial<Record<K, string>> = {};
    for (const key of keys) {
      const value = search.get(key);
      if (value) read[key] = value;
    }
    return read;
  }, [text]);
  // react-router makes a new setter for each address; effects of maps and tables need one that stays.
  const setter = useRef(setSearch);
  useLayoutEffect(() => {
    setter.current = setSearch;
  }, [setSearch]);
  const set = useCallback(
    (change: Partial<Record<K, string | number | null | undefined>>) =>
      setter.current(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [key, value] of Object.entries(change) as [K, string | number | null | undefined][])
            if (value === null || value === undefined || value === '') next.delete(key);
            else next.set(key, String(value));
          return next;
        },
        { replace: true },
      ),
    [],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the keys are constant
  const clear = useCallback(() => set(Object.fromEntries(keys.map((key) => [key, null])) as never), [set]);
  const active = keys.some((key) => !ignored.includes(key) && values[key] !== undefined);
  return { values, set, clear, active };
}

/** A filter that is an id; undefined when absent or not a positive whole number. */
export function idOf(text: string | undefined): number | undefined {
  const id = Number(text);
  return text && Number.isSafeInteger(id) && id > 0 ? id : undefined;
}
