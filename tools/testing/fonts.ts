import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

const generic = {
  'sans-serif': 'DejaVu Sans',
  'system-ui': 'DejaVu Sans',
  monospace: 'DejaVu Sans Mono',
  serif: 'DejaVu Serif',
};

/**
 * Environment of a browser that knows no typefaces of the machine but the bundled DejaVu, drawn in one way, so that what
 * the console's own typeface does not cover (addresses, names on the map) looks the same on every Linux machine.
 */
export function sameFonts(root: string): Record<string, string> {
  const file = join(tmpdir(), `console-test-fonts-${userInfo().uid}`, 'fonts.conf');
  const wanted = { antialias: true, hinting: false, autohint: false };
  const edits = Object.entries(wanted).map(
    ([name, value]) => `<edit name="${name}" mode="assign"><bool>${value}</bool></edit>`,
  );
  const aliases = Object.entries(generic)
    .map(([family, given]) => `  <alias><family>${family}</family><prefer><family>${given}</family></prefer></alias>`)
    .join('\n');
  mkdirSync(dirname(file), { recursive: true });
  const text = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(root, 'node_modules', 'dejavu-fonts-ttf', 'ttf')}</dir>
  <cachedir>${join(dirname(file), 'cache')}</cachedir>
${aliases}
  <match target="pattern"><edit name="family" mode="append_last"><string>DejaVu Sans</string></edit></match>
  <match target="font">${edits.join('')}<edit name="rgba" mode="assign"><const>none</const></edit></match>
</fontconfig>
`;
  // Each worker of the specs comes here, while a browser of another may be reading it.
  const part = `${file}.${process.pid}`;
  writeFileSync(part, text);
  renameSync(part, file);
  return { FONTCONFIG_FILE: file };
}
