export const login = {
  title: 'Log in',
  hint: 'Use the account that your administrator gave you.',
  toContinue: 'Log in to open this page.',
  /** After the desktop locked the window, by its reason. */
  locked: {
    idle: 'Locked: nobody has used it for a while. Log in to continue.',
    suspend: 'Locked while the computer was asleep. Log in to continue.',
    'lock-screen': 'Locked together with the screen. Log in to continue.',
    asked: 'Locked. Log in to continue.',
  },
  username: 'User name',
  password: 'Password',
  code: 'Code',
  codeHint: 'From your authenticator app, or a recovery code.',
  submit: 'Log in',
  failed: 'Login failed',
} as const;

export const setup = {
  title: 'Set up this console',
  hint: 'Nobody can log in yet. Create the first administrator. You can add more users later under Users.',
  displayName: 'Your name',
  username: 'User name',
  usernameHint: 'Lower-case letters, digits, dots, dashes, underscores or @.',
  password: 'Password',
  passwordHint: 'At least 12 characters. A few unrelated words are easy to keep and hard to guess.',
  repeat: 'Password again',
  mismatch: 'The two passwords differ.',
  submit: 'Create administrator',
  failed: 'The administrator was not created',
  kit: {
    title: 'Recovery kit',
    hint: 'Step 2 of 2. This console has made the key that protects the private keys of all trackers. The kit is the only way to open them on another console, or after this machine is lost.',
    warning: 'Whoever has the kit and the database can locate every tracker. Keep it in a safe, not on this machine.',
    print: 'Print',
    save: 'Save to a file',
    confirm: 'I have printed it, or saved it in another place',
    submit: 'Delete it here and continue',
    later: 'Later',
    failed: 'The recovery kit can’t be shown. You find it later under Key protection.',
  },
} as const;
