import { dispatcher } from '../src/drivers/core.ts';
import { conform } from '../src/suite.ts';

conform(dispatcher);
