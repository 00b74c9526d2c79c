import { IconAlertOctagonFilled, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { Severity } from '../../src-shared/contract/alerts.ts';
import { alerts } from '../strings/alerts.ts';
import { StateBadge, type StateTone } from './StateBadge.tsx';

const looks: Record<Severity, { tone: StateTone; icon: typeof IconInfoCircle }> = {
  info: { tone: 'quiet', icon: IconInfoCircle },
  warning: { tone: 'warn', icon: IconAlertTriangle },
  critical: { tone: 'bad', icon: IconAlertOctagonFilled },
};

/** How severe an alert is: told by shape and word, not by colour alone. */
export function SeverityBadge({ severity }: { severity: Severity }) {
  return <StateBadge {...looks[severity]} label={alerts.severities[severity]} />;
}
