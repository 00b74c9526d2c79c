import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type L from 'leaflet';
import { useState } from 'react';
import { downloadBlob } from '../../api/download.ts';
import { map as words } from '../../strings/map.ts';

/** Saves what the map shows as a picture. */
export function SavePicture({ map, size = 'compact-xs' }: { map: L.Map | null; size?: string }) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    if (!map) return;
    setBusy(true);
    try {
      const { pictureOf } = await import('../../map/export-png.ts');
      const { blob, withoutBase } = await pictureOf(map);
      downloadBlob(blob, words.pictureName);
      if (withoutBase) notifications.show({ message: words.pictureWithoutBase });
    } catch (error) {
      console.error(error);
      notifications.show({ color: 'red', message: words.pictureFailed });
    }
    setBusy(false);
  };
  return (
    <Button variant="default" size={size} loading={busy} onClick={() => void save()}>
      {words.picture}
    </Button>
  );
}
