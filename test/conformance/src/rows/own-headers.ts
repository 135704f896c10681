import assert from 'node:assert/strict';
import type { HeaderForm, OwnHeaders } from '../driver.ts';
import type { Row } from '../row.ts';
import { op, POD } from '../stage.ts';

const PATH = `/api/v1/namespaces/default/pods/${POD}`;
const NAMES = ['Authorization', 'authorization', 'AUTHORIZATION'];

const FORMS: Readonly<Record<HeaderForm, (name: string, value: string) => OwnHeaders>> = {
  object: (name, value) => ({ [name]: value }),
  pairs: (name, value) => [[name, value]],
  Headers: (name, value) => new Headers([[name, value]]),
  flat: (name, value) => [name, value],
};

/** A caller who authenticates himself. */
export const ownHeaderRows: readonly Row[] = (Object.keys(FORMS) as HeaderForm[]).map((form) => ({
  id: 'S13',
  group: 'server',
  title: `the caller's own Authorization, in any case (headers as ${form}): sent as it is, once, refused or not`,
  paths: ['call'],
  needs: ['getAs', form],
  async run(stage) {
    const getAs = op(stage.client, 'getAs');
    for (const name of NAMES) {
      const own = await stage.server.mint();
      const from = stage.requests.length;
      await getAs(PATH, FORMS[form](name, `Bearer ${own.token}`));
      await stage.assertRefused(401, getAs(PATH, FORMS[form](name, 'Bearer no-token-of-anybody')));
      assert.deepEqual(
        stage.requests.slice(from).map(({ jti, status, authorizations }) => ({ jti, status, authorizations })),
        [
          { jti: own.jti, status: 200, authorizations: 1 },
          { jti: undefined, status: 401, authorizations: 1 },
        ],
      );
    }
  },
}));
