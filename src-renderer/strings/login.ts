export const login = {
  title: 'Log in',
  hint: 'Use the account that your administrator gave you.',
  toContinue: 'Log in to go on to the page that you asked for.',
  /** After the desktop locked the window, by its reason. */
  locked: {
    idle: 'Locked, since nobody used it for a while. Log in to go on.',
    suspend: 'Locked while the computer slept. Log in to go on.',
    'lock-screen': 'Locked together with the screen. Log in to go on.',
    asked: 'Locked. Log in to go on.',
  },
  username: 'User name',
  password: 'Password',
  code: 'Code',
  codeHint: 'Of your authenticator app, or a recovery code.',
  submit: 'Log in',
  failed: 'Not logged in',
} as const;

export const setup = {
  title: 'Set up this console',
  hint: 'Nobody can log in yet. Create the first administrator; further users are made under Users.',
  displayName: 'Your name',
  username: 'User name',
  usernameHint: 'Small letters, digits, dots, dashes, underscores or @.',
  password: 'Password',
  passwordHint: 'At least 12 characters. A few unrelated words are easy to keep and hard to guess.',
  repeat: 'Password again',
  mismatch: 'The two passwords differ.',
  tooShort: 'Use at least 12 characters.',
  submit: 'Create administrator',
  failed: 'The administrator was not created',
} as const;
