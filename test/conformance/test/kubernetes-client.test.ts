import { kubernetesClient, stockKubernetesClient } from '../src/drivers/kubernetes-client.ts';
import { conform } from '../src/suite.ts';

conform(kubernetesClient);
conform(stockKubernetesClient);
