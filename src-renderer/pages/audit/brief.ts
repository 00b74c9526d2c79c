/** The details of an audit entry on one line: `count: 100, label: "Spring"`. */
export function brief(details: Record<string, unknown>): string {
  return Object.entries(details)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(', ');
}
