import { httpsClient, readMounted } from './https-client.ts';
import type { Workload } from './workload.ts';

/** A few lines of node:https with the token read when the program started: what most programs without a client library do. */
export const handRolled: Workload = {
  name: 'hand-rolled',
  about: 'node:https, the token read once at start',
  start(pod) {
    const token = readMounted(pod, 'token');
    return httpsClient(pod, () => token);
  },
};
