export interface RecoveryKitContent {
  /** Null when a person chose the passphrase: theirs is not written down. */
  passphrase: string | null;
  consoleName: string;
  createdAt: Date;
}

/** The page to print and lock away when a key-encryption key is made. */
export function recoveryKit({ passphrase, consoleName, createdAt }: RecoveryKitContent): string {
  const secret =
    passphrase ?? '(the passphrase that was chosen when the keys were set up; it is not written down here)';
  return [
    'RECOVERY KIT - TRACKER LIFECYCLE CONSOLE',
    '',
    `Made by console:  ${consoleName}`,
    `Made at:          ${createdAt.toISOString()}`,
    '',
    'Passphrase:',
    '',
    `    ${secret}`,
    '',
    'What it is for',
    '  The private keys of all trackers are stored encrypted. This passphrase opens them on a console that does not',
    '  hold the key yet: a new workstation, a server that was set up again, a database restored from a backup.',
    '  Enter it where the console says that it is not enrolled.',
    '',
    'What to do now',
    '  1. Print this page, and keep it where you keep other valuables; a second copy in another building.',
    '  2. Delete this file. The console works without it.',
    '',
    'Whoever has this passphrase and the database can locate every tracker. If it and every enrolled console are lost,',
    'no location report can be decrypted any more, and nobody can restore the keys.',
    '',
  ].join('\n');
}
