import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, in the order in which they are started: a long one that began last would be waited for alone.
 * Of the first most is one wait, of eight minutes where it runs at all.
 */
const LONGEST = [
  'conformance/test/kubernetes-client',
  'conformance/test/fluent-client',
  'conformance/test/client-node-1',
  'conformance/test/client-node-2',
  'conformance/test/core-agent',
  'conformance/test/core-dispatcher',
  'conformance/test/core-fetch',
  'client-node/test/documented',
  'core/test/undici/good-guest',
  'client-node/test/exec-plugin',
  'e2e/test/natural',
  'e2e/test/examples',
  'cluster/test/lifecycle',
  'e2e/test/stock-client',
  'contract/test/contract',
  'e2e/test/adapters',
  'e2e/test/in-container',
  'e2e/test/faults',
  'cluster/test/pods',
  'cluster/test/skipped',
  'cluster/test/image',
];

/** Starts the {@link LONGEST} files first, whichever suite they are of; the others in vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rest = await super.sort(files);
    const first = LONGEST.flatMap((name) => rest.filter(({ moduleId }) => moduleId.includes(`/test/${name}.test.`)));
    return [...first, ...rest.filter((file) => !first.includes(file))];
  }
}
