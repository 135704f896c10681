import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** What a run leaves for the one who started it. */
export interface Report {
  /** Tests that ran, passed or failed. */
  readonly ran: number;
  /** The files with tests, as absolute paths. */
  readonly files: readonly string[];
  /** Each thing that failed: where, and why. */
  readonly failures: readonly string[];
}

/** Where the report goes: a reporter that is named on the command line cannot be given options. */
export const REPORT_FILE = 'KUBEFRESH_TEST_REPORT';

/**
 * A reporter of vitest that writes a `Report`. Unlike vitest's own for JSON it knows of errors outside of any test, which fail
 * a run in which all tests passed.
 */
// biome-ignore lint/style/noDefaultExport: that is where vitest looks for it.
export default class implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const report: Report = {
      ran: tests.filter((test) => ['passed', 'failed'].includes(test.result().state)).length,
      files: modules.map(({ moduleId }) => moduleId),
      failures: [
        ...modules.flatMap((module) => told(module.moduleId, module.errors())),
        ...modules.flatMap(({ moduleId, children }) =>
          [...children.allSuites()].flatMap((suite) => told(`${moduleId} > ${suite.fullName}`, suite.errors())),
        ),
        ...tests.flatMap((test) => told(`${test.module.moduleId} > ${test.fullName}`, test.result().errors ?? [])),
        ...told('outside of any test', unhandled),
      ],
    };
    writeFileSync(process.env[REPORT_FILE] ?? '', JSON.stringify(report));
  }
}

function told(where: string, errors: readonly SerializedError[]): string[] {
  return errors.map(({ message, stack = '' }) => {
    const ours = stack.split('\n').filter((line) => line.startsWith('    at ') && !line.includes('node_modules'));
    return [`FAIL ${where}`, message, ...ours].join('\n');
  });
}
