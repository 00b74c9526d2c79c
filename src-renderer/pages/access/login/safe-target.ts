/** Only an address of this console is followed after the login; `//host` would lead elsewhere. */
export function safeTarget(to: string | null): string {
  return to && /^\/(?![/\\])/.test(to) ? to : '/';
}
