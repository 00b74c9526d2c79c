/** A label on screen, in pixels; of two that lie on each other the one with the greater weight stays. */
export interface Label {
  left: number;
  top: number;
  right: number;
  bottom: number;
  weight: number;
}

/** The labels that can be read together: none lies on another that weighs more. */
export function thinLabels<T extends Label>(labels: readonly T[]): Set<T> {
  const kept = new Set<T>();
  for (const label of [...labels].sort((a, b) => b.weight - a.weight))
    if (![...kept].some((other) => overlap(label, other))) kept.add(label);
  return kept;
}

const overlap = (a: Label, b: Label): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
