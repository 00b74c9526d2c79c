import { expect, test } from 'vitest';
import { draftKey, draftOf, forgetDraft, forgetDrafts, keepDraft } from './form-drafts.ts';

test('keeps what was typed without secrets, for that form and that version of the record alone', () => {
  const initial = { name: '', password: '', role: 'reviewer' };
  const key = draftKey('New user', initial);
  keepDraft(key, { name: 'olga', password: 'a long password', role: 'admin' }, initial);
  expect(draftOf(key)).toEqual({ name: 'olga', password: '', role: 'admin' });
  expect(draftOf(draftKey('New user', { ...initial, name: 'olga' }))).toBeUndefined();
  expect(draftOf(draftKey('New client', initial))).toBeUndefined();
  forgetDraft(key);
  expect(draftOf(key)).toBeUndefined();
});

test('nothing is left after a sign-out', () => {
  const key = draftKey('New client', { name: '' });
  keepDraft(key, { name: 'Aurora' }, { name: '' });
  forgetDrafts();
  expect(draftOf(key)).toBeUndefined();
});
