import { existsSync, readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';

/** What a runner's report comes to; a skipped test is named by file and title. */
export interface Outcome {
  passed: number;
  failed: number;
  skipped: string[];
}

interface UnitReport {
  testResults: {
    name: string;
    status: string;
    assertionResults: { status: string; ancestorTitles: string[]; title: string }[];
  }[];
}

interface ScreenSuite {
  title: string;
  specs?: { title: string; file: string; tests: { status: string }[] }[];
  suites?: ScreenSuite[];
}

/** Counts Vitest's report. A file that fails to load, or whose set-up fails, is one failure without a failed test. */
export function unitOutcome(root: string, report: UnitReport): Outcome {
  const files = report.testResults.map(({ name, status, assertionResults: tests }) => {
    const failed = tests.filter((test) => test.status === 'failed').length;
    const file = relative(root, name).split(sep).join('/');
    return {
      passed: tests.filter((test) => test.status === 'passed').length,
      failed: status === 'failed' ? Math.max(failed, 1) : failed,
      skipped: tests
        .filter((test) => test.status !== 'passed' && test.status !== 'failed')
        .map(({ ancestorTitles, title }) => [file, ...ancestorTitles, title].filter((part) => part !== '').join(' › ')),
    };
  });
  return {
    passed: files.reduce((sum, file) => sum + file.passed, 0),
    failed: files.reduce((sum, file) => sum + file.failed, 0),
    skipped: files.flatMap((file) => file.skipped),
  };
}

/** Counts Playwright's report. A test that passed only when it was tried again has passed. */
export function screenOutcome(report: { suites: ScreenSuite[] }): Outcome {
  const outcome: Outcome = { passed: 0, failed: 0, skipped: [] };
  const add = (suite: ScreenSuite, path: readonly string[]) => {
    for (const { title, file, tests } of suite.specs ?? [])
      for (const { status } of tests) {
        if (status === 'skipped') outcome.skipped.push([`e2e/${file}`, ...path, title].join(' › '));
        else if (status === 'unexpected') outcome.failed++;
        else outcome.passed++;
      }
    for (const inner of suite.suites ?? []) add(inner, [...path, inner.title]);
  };
  for (const file of report.suites) add(file, []);
  return outcome;
}

/**
 * The outcome of a run by the report that it wrote, if it wrote one. A run that ended badly has a failure, whatever the
 * report says.
 */
export function outcomeOf<Report>(path: string, endedWell: boolean, count: (report: Report) => Outcome): Outcome {
  try {
    if (!existsSync(path)) throw new Error(`${path} is missing`);
    const outcome = count(JSON.parse(readFileSync(path, 'utf8')) as Report);
    return endedWell ? outcome : { ...outcome, failed: Math.max(outcome.failed, 1) };
  } catch (error) {
    console.error('The report of the run can’t be read:', error);
    return { passed: 0, failed: 1, skipped: [] };
  }
}
