import { useSession } from '../api/session.ts';
import { formatInstant, ownZone, zoneName } from '../dates/format.ts';
import { usePrinting } from '../stores/printing.ts';
import { common } from '../strings/common.ts';
import { layout } from '../strings/layout.ts';

/** What stands on top of a printed page instead of the navigation: whose it is, and when it was so. */
export function PrintHead() {
  const { user } = useSession();
  const printing = usePrinting();
  if (!printing) return null;
  return (
    <div className="print-head">
      <strong>{user.client?.name ?? common.product}</strong>
      <span>{layout.printed(formatInstant(new Date()), zoneName(ownZone), user.displayName)}</span>
    </div>
  );
}
