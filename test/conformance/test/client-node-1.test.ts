import * as library from 'client-node-1';
import { clientNode } from '../src/drivers/client-node.ts';
import { conform } from '../src/suite.ts';

conform(clientNode(library, '1.4.0', 'kubefresh'));
conform(clientNode(library, '1.4.0', 'stock'));
