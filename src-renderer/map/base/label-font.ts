/// <reference types="vite/client" />

import latinExt from '@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2?url';
import latin from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url';

// The latter as `unicode.json` of the package has it, as far as names of places go; the former has the rest of Latin.
const faces = [
  { url: latin, unicodeRange: 'U+0000-00FF' },
  { url: latinExt, unicodeRange: 'U+0100-024F,U+1E00-1EFF' },
];
let loading: Promise<unknown> | null = null;

/** Loads the console's typeface for canvases of this worker; a map whose names look otherwise is better than none. */
export function loadLabelFont(): Promise<unknown> {
  const { fonts } = self as unknown as { fonts: FontFaceSet };
  loading ??= Promise.all(
    faces.map(async ({ url, unicodeRange }) => {
      const face = new FontFace('Inter Variable', `url(${url})`, { weight: '100 900', unicodeRange });
      fonts.add(await face.load());
    }),
  ).catch(() => {
    loading = null;
  });
  return loading;
}
