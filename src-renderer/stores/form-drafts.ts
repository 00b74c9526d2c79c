type Values = Record<string, unknown>;

/** Of forms that were left with something typed, as long as this window is open and the person signed in. */
const drafts = new Map<string, Values>();
/** Never kept: whoever sits down next must not find it. */
const SECRET = /password|passphrase|secret|token|credential|private/i;

/** Names a form by what it is called and what it began with, so that a draft never meets another version of a record. */
export const draftKey = (title: string, initial: Values): string => `${title} ${JSON.stringify(initial)}`;

export const draftOf = (key: string): Values | undefined => drafts.get(key);

/** Keeps what was typed, but for secrets, which go back to what they began as. */
export function keepDraft(key: string, values: Values, initial: Values): void {
  drafts.set(
    key,
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, SECRET.test(name) ? initial[name] : value]),
    ),
  );
}

export const forgetDraft = (key: string): boolean => drafts.delete(key);
export const forgetDrafts = (): void => drafts.clear();
