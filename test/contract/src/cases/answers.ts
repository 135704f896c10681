import { authentication } from './authentication.ts';
import { authorization } from './authorization.ts';
import type { ContractCase } from './case.ts';
import { customResources } from './custom-resources.ts';
import { deleting } from './deleting.ts';
import { http2 } from './http2.ts';
import { patching } from './patching.ts';
import { reading } from './reading.ts';
import { reviews } from './reviews.ts';
import { serving } from './serving.ts';
import { tokenRequests } from './token-requests.ts';
import { watching } from './watching.ts';
import { writing } from './writing.ts';

/** Everything that a cluster without nodes is asked, in this order: some cases look at what earlier ones made. */
export const answers: readonly ContractCase[] = [
  ...authentication,
  ...authorization,
  ...tokenRequests,
  ...reviews,
  ...serving,
  ...reading,
  ...writing,
  ...patching,
  ...deleting,
  ...watching,
  ...customResources,
  ...http2,
];
