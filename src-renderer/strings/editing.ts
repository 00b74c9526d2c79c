/** When another saved what this person was still editing. */
export const editing = {
  title: (who: readonly string[]) =>
    `${who.length === 0 ? 'Somebody' : who.join(' and ')} changed this while you were editing`,
  kept: 'What you typed is still in the form. Choose a value for each of these fields, then save again.',
  setTo: (who: string | null, value: string) => `${who ?? 'Somebody'} set it to “${value}”`,
  choose: (field: string) => `Which ${field} to keep`,
  mine: 'Keep mine',
  theirs: 'Take theirs',
  also: 'Also changed, and now in the form:',
} as const;
