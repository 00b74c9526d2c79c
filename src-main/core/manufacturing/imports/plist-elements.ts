import { AppError } from '../../platform/errors.ts';

type Value = string | boolean | Value[] | { [key: string]: Value };

/** An accessory has a dozen short values. */
const MAX_ELEMENT = 64 * 1024;
const MAX_DEPTH = 8;

const unreadable = (detail: string) =>
  new AppError('bad-request', `The property list can’t be read: ${detail}. Export it again.`);

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescaped = (text: string) => text.replace(/&([a-z]{2,4});/g, (all, name: string) => entities[name] ?? all);

/** A collection that is being read; a dictionary waits for the value of `key`. */
interface Open {
  value: Value[] | { [key: string]: Value };
  key: string | null;
}

/**
 * The elements of a property list (XML) whose root is an array, or its root where that is one dictionary, one after the
 * other. Bytes stay base64, numbers and dates text. Throws AppError `bad-request`, also for a file that ends too early.
 */
export async function* plistElements(text: AsyncIterable<string>): AsyncGenerator<unknown, void, undefined> {
  const open: Open[] = [];
  let rest = '';
  let content = '';
  let size = 0;
  let begun = false;
  let ended = false;
  const done: Value[] = [];

  const add = (value: Value) => {
    const parent = open.at(-1);
    if (!parent || (open.length === 1 && Array.isArray(parent.value))) {
      done.push(value);
      size = 0;
    } else if (Array.isArray(parent.value)) parent.value.push(value);
    else if (parent.key === null) throw unreadable('a value has no key');
    else {
      parent.value[parent.key] = value;
      parent.key = null;
    }
  };
  const tag = (name: string, kind: 'begin' | 'end' | 'empty') => {
    if (name === 'plist') {
      if (kind === 'end') ended = true;
      else begun = true;
      return;
    }
    if (name === 'array' || name === 'dict') {
      if (kind !== 'end') open.push({ value: name === 'array' ? [] : Object.create(null), key: null });
      if (open.length > MAX_DEPTH) throw unreadable('its values are nested too deep');
      if (kind !== 'begin') {
        const closed = open.pop();
        if (!closed || Array.isArray(closed.value) !== (name === 'array')) throw unreadable('its tags don’t match');
        if (open.length > 0 || name === 'dict') add(closed.value);
      }
    } else if (name === 'true' || name === 'false') {
      if (kind !== 'end') add(name === 'true');
    } else if (kind !== 'begin') {
      const value = kind === 'empty' ? '' : unescaped(content);
      if (name === 'key') {
        const parent = open.at(-1);
        if (parent) parent.key = value;
      } else add(name === 'string' ? value : value.replace(/\s/g, ''));
    }
    content = '';
  };

  for await (const chunk of text) {
    rest += chunk;
    for (let from = 0; ; ) {
      const at = rest.indexOf('<', from);
      const end = at < 0 ? -1 : rest.indexOf('>', at);
      if (end < 0) {
        content += rest.slice(from, at < 0 ? undefined : at);
        rest = at < 0 ? '' : rest.slice(at);
        break;
      }
      content += rest.slice(from, at);
      size += end - from;
      const inside = rest.slice(at + 1, end);
      from = end + 1;
      if (inside.startsWith('!') || inside.startsWith('?')) continue;
      const kind = inside.startsWith('/') ? 'end' : inside.endsWith('/') ? 'empty' : 'begin';
      const name = /^\/?([a-z]+)/.exec(inside)?.[1] ?? '';
      if (kind !== 'end') content = '';
      tag(name, kind);
      yield* done.splice(0);
    }
    if (size + rest.length + content.length > MAX_ELEMENT) throw unreadable('an entry is longer than 64 KB');
  }
  if (!begun || !ended) throw unreadable('it ends in the middle; the file is incomplete');
}
