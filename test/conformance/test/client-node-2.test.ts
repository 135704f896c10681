import * as library from 'client-node-2';
import { clientNode } from '../src/drivers/client-node.ts';
import { conform } from '../src/suite.ts';

conform(clientNode(library, '2.0.1', 'kubefresh'));
conform(clientNode(library, '2.0.1', 'stock'));
