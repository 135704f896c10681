import { httpsClient, readMounted } from './https-client.ts';
import type { Pod, Workload } from './workload.ts';

/** client-go's rule (`transport/token_source.go`): a token serves for a minute, less ten seconds of leeway. Real time, not scaled. */
const REREAD_AFTER_MS = 50_000;

/** A client that reads its token again every 50 s, and keeps the old one where that fails. */
export const polling: Workload = {
  name: 'polling',
  about: "node:https, the token read every 50 s (client-go's rule)",
  start(pod) {
    let token = readMounted(pod, 'token');
    let readAt = performance.now();
    return httpsClient(pod, () => {
      if (performance.now() - readAt >= REREAD_AFTER_MS) {
        const fresh = readIfThere(pod);
        if (fresh !== '') {
          token = fresh;
          readAt = performance.now();
        }
      }
      return token;
    });
  },
};

function readIfThere(pod: Pod): string {
  try {
    return readMounted(pod, 'token');
  } catch {
    return '';
  }
}
