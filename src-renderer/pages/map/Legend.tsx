import { locationKinds, statuses } from '../../../src-shared/contract/status.ts';
import { heatColor } from '../../map/heat/draw-heat.ts';
import { locationIcon, trackerIcon } from '../../map/icons.ts';
import { locationKindNames, statusNames } from '../../strings/common.ts';
import { map as words } from '../../strings/map.ts';
import classes from './MapPage.module.css';

/** Which shape means what; the same drawings as on the map. */
export function Legend({ heat, inline = false }: { heat: boolean; inline?: boolean }) {
  const className = inline ? classes.inline : classes.legend;
  if (heat) return <HeatLegend className={className} />;
  const entries = [
    ...statuses.map((status) => ({ key: status, name: statusNames[status], icon: trackerIcon(status) })),
    ...locationKinds.map((kind) => ({ key: kind, name: locationKindNames[kind], icon: locationIcon(kind) })),
  ];
  return (
    <ul className={className} aria-label={words.legend}>
      {entries.map(({ key, name, icon }) => (
        <li key={key} className={classes.legendEntry}>
          <span
            // biome-ignore lint/security/noDangerouslySetInnerHtml: our own drawing, no text of anybody in it
            dangerouslySetInnerHTML={{ __html: icon.options.html as string }}
          />
          {name}
        </li>
      ))}
    </ul>
  );
}

const scale = Array.from({ length: 11 }, (_, n) => `rgb(${heatColor(n / 10).join()})`).join();

function HeatLegend({ className }: { className: string | undefined }) {
  return (
    <div className={className} role="img" aria-label={words.heat.label}>
      <div className={classes.legendEntry}>
        {words.heat.few}
        <span className={classes.scale} style={{ background: `linear-gradient(to right, ${scale})` }} />
        {words.heat.many}
      </div>
    </div>
  );
}
