import type { Bench } from '../bench.ts';
import { HTTP_METHOD, httpRows } from '../http-rows.ts';

/** What the dispatcher and the fetch cost where a network is. */
export const injectBench: Bench = {
  name: 'inject',
  title: 'Requests by the dispatcher and by fetch, against bare undici 8 that sends the same Authorization itself',
  method: HTTP_METHOD,
  async run(pace) {
    return [
      ...(await httpRows('undici https', [1, 64, 256], pace)),
      ...(await httpRows('undici http', [1, 64, 256], pace)),
      ...(await httpRows('fetch https', [1, 64], pace)),
    ];
  },
};
