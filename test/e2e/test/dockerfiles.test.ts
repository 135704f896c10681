import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { APP_DIRECTORY, DEPLOY } from '@kubefresh-test/cluster';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { readDockerfile } from '../src/dockerfile.ts';
import { EXAMPLES } from '../src/example.ts';

const names = readdirSync(EXAMPLES).filter((name) => existsSync(join(EXAMPLES, name, 'Dockerfile')));

test('the examples with a manifest are those with a Dockerfile', () => {
  expect(names).toEqual(readdirSync(EXAMPLES).filter((name) => existsSync(join(EXAMPLES, name, 'manifest.yaml'))));
  expect(names).toHaveLength(4);
});

// The fixture's images are built without Docker; what goes in must nevertheless be the same.
test.for(names)('%s: its Dockerfile is sound, and puts in what the fixture does', (name) => {
  const { text, build, config } = readDockerfile(join(EXAMPLES, name));
  expect(validate(text)).toEqual([]);
  expect(build.at(-1)).toContain(`npx -y pnpm@12 --filter ./examples/${name} ${DEPLOY.join(' ')} ${APP_DIRECTORY}`);
  expect(config.WorkingDir).toBe(APP_DIRECTORY);
  expect(existsSync(join(EXAMPLES, name, config.Cmd[0] ?? ''))).toBe(true);
});
