import type { UseFormReturnType } from '@mantine/form';
import { useEffect, useRef, useState } from 'react';
import type { FieldChange } from '../../../src-shared/contract/problem.ts';
import { isOvertaken } from '../../api/client.ts';
import { changedFields, type Merge, mergeOver, onlyChanged } from './merge.ts';

type Values = Record<string, unknown>;

/** What a form edits. */
export interface Edited<T extends Values, R extends { version: number }> {
  /** The record as the form shows it. */
  record: R;
  /** Reads it again, when another has changed it meanwhile. */
  read: () => Promise<R>;
  /** The record as the form holds it. */
  values: (record: R) => T;
  /** What its fields are called on the form. */
  labels: { readonly [K in keyof T & string]?: string };
  /** What a field says of the record, where its value would say nothing to a person, such as an id. */
  words?: (record: R) => { readonly [K in keyof T & string]?: string };
  /** A form that stays on its page: a newer record shows, unless the person is in the middle of a change. */
  stays?: boolean;
}

/** What a change is sent with. */
export interface Sending<T> {
  version: number;
  /** What of a body differs from the one that the form was opened with; the whole body of something new. */
  changed: <B extends object>(toBody: (values: T) => B) => Partial<B>;
}

/** What another saved while the form was open, for the person to decide upon. */
export interface Overtaken<T extends Values> extends Omit<Merge<T>, 'merged'> {
  mine: T;
  theirs: T;
  words: { readonly [K in keyof T & string]?: string };
  changes: readonly FieldChange[];
}

/** People change a record so often in one second only by a script. */
const MOST_TRIES = 5;

/**
 * Sends what a person changed in a form, with the version that they saw. When another was quicker, fields that don't
 * touch are put together and sent again; the others stay as they were typed and are shown beside what is there now.
 */
export function useEditing<T extends Values, R extends { version: number }>(
  form: UseFormReturnType<T>,
  edited: Edited<T, R> | undefined,
) {
  const baseOf = (record: R) => ({ version: record.version, values: edited!.values(record) });
  const [base, setBase] = useState(() => (edited ? baseOf(edited.record) : null));
  const [overtaken, setOvertaken] = useState<Overtaken<T> | null>(null);

  const showNewer = (record: R) => {
    const next = edited!.values(record);
    form.setInitialValues(next);
    form.setValues(next);
    setBase(baseOf(record));
  };
  const follow = useRef(() => {});
  follow.current = () => {
    if (edited?.stays && edited.record.version !== base?.version && !form.isDirty()) showNewer(edited.record);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each version
  useEffect(() => follow.current(), [edited?.record.version]);

  /** Resolves to whether it is done: false when the person is asked to merge. `also` is what isn't in the form's values. */
  const send = async (
    values: T,
    request: (values: T, sending: Sending<T>) => Promise<unknown>,
    also = false,
  ): Promise<boolean> => {
    if (!edited || !base) {
      await request(values, { version: 0, changed: (toBody) => toBody(values) });
      return true;
    }
    let { version, values: was } = base;
    let mine = values;
    for (let tries = 1; ; tries++) {
      if (!also && changedFields(was, mine).length === 0) return true;
      try {
        const [from, to] = [was, mine];
        const saved = await request(mine, {
          version,
          changed: (toBody) => onlyChanged(toBody({ ...to, ...from }), toBody(to)),
        });
        if (edited.stays && isRecord<R>(saved)) showNewer(saved);
        setOvertaken(null);
        return true;
      } catch (error) {
        if (!isOvertaken(error) || tries >= MOST_TRIES) throw error;
        const { changes = [] } = error.problem;
        const present = await edited.read();
        const theirs = { ...was, ...edited.values(present) };
        const { merged, clashes, taken } = mergeOver(was, mine, theirs);
        setBase({ version: present.version, values: theirs });
        form.setValues(merged);
        if (clashes.length > 0) {
          setOvertaken({ mine, theirs, clashes, taken, changes, words: edited.words?.(present) ?? {} });
          return false;
        }
        was = theirs;
        mine = merged;
        version = present.version;
      }
    }
  };

  return { send, overtaken };
}

const isRecord = <R>(value: unknown): value is R =>
  typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'number';
