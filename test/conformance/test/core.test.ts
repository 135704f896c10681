import { agent, dispatcher, fetchClient } from '../src/drivers/core.ts';
import { conform } from '../src/suite.ts';

conform(dispatcher);
conform(fetchClient);
conform(agent);
