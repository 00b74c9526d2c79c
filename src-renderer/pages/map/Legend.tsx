import { locationKinds } from '../../../src-shared/contract/locations.ts';
import { statuses } from '../../../src-shared/contract/trackers.ts';
import { locationIcon, trackerIcon } from '../../map/icons.ts';
import { locationKindNames, statusNames } from '../../strings/common.ts';
import { map as words } from '../../strings/map.ts';
import classes from './MapPage.module.css';

/** Which shape means what; the same drawings as on the map. */
export function Legend() {
  const entries = [
    ...statuses.map((status) => ({ key: status, name: statusNames[status], icon: trackerIcon(status) })),
    ...locationKinds.map((kind) => ({ key: kind, name: locationKindNames[kind], icon: locationIcon(kind) })),
  ];
  return (
    <ul className={classes.legend} aria-label={words.legend}>
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
