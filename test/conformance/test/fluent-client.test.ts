import { fluentClient, stockFluentClient } from '../src/drivers/fluent-client.ts';
import { conform } from '../src/suite.ts';

conform(fluentClient);
conform(stockFluentClient);
