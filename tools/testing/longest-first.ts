import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes half a minute or more on an idle machine; begun late, one of them would run on alone. */
export const longest: readonly string[] = [
  'src-main/node/backup.test.ts',
  'src-main/node/generation-killed.test.ts',
  'src-main/node/kill.test.ts',
  'src-main/node/memory.test.ts',
  'src-main/electron/main.test.ts',
  'src-main/node/wrong-settings.test.ts',
  'tools/leaks/private-keys-stay.test.ts',
  'src-main/core/app/edges.test.ts',
  'src-main/demo/simulator/outages.test.ts',
  'src-main/demo/simulator/fetcher.test.ts',
  'src-main/core/manufacturing/key-batches/key-batches.test.ts',
  'src-main/core/offline/offline.test.ts',
  'src-main/core/offline/link/slow-network.test.ts',
  'src-main/core/access/guessing.test.ts',
];

/** Runs the files of a project one after the other, since they may share processes, the longest ones first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((path) => moduleId.endsWith(`/${path}`));
      return at < 0 ? longest.length : at;
    };
    const bySize = await super.sort(files);
    return bySize.sort((a, b) =>
      a.project.name === b.project.name ? place(a) - place(b) : a.project.name < b.project.name ? -1 : 1,
    );
  }
}
