import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cmd, type Dockerfile, DockerfileParser } from 'dockerfile-ast';

/** What an example's Dockerfile says. */
export interface ExampleDockerfile {
  readonly text: string;
  /** The instructions of the first stage, in one line each. */
  readonly build: readonly string[];
  /** Of the image that comes out: its user, its directory, and what Node is started with. */
  readonly config: { readonly User: string; readonly WorkingDir: string; readonly Cmd: readonly string[] };
}

/**
 * Reads `Dockerfile` of an example's directory.
 *
 * @throws Error if it has no USER or WORKDIR, or does not start Node by a CMD in its JSON form
 */
export function readDockerfile(directory: string): ExampleDockerfile {
  const text = readFileSync(join(directory, 'Dockerfile'), 'utf8');
  const parsed = DockerfileParser.parse(text);
  const build = parsed.getInstructions().map((each) => `${each.getKeyword()} ${argumentsOf(each)}`);
  const [, last = build.length] = build.flatMap((line, index) => (line.startsWith('FROM ') ? [index] : []));
  const word = (keyword: string) => {
    const found = build.slice(last).find((line) => line.startsWith(`${keyword} `));
    if (found === undefined) throw new Error(`${directory}/Dockerfile has no ${keyword} in its last stage.`);
    return found.slice(keyword.length + 1);
  };
  const config = { User: word('USER'), WorkingDir: word('WORKDIR'), Cmd: commandOf(parsed, directory) };
  return { text, build: build.slice(0, last), config };
}

function commandOf(dockerfile: Dockerfile, directory: string): string[] {
  const command = dockerfile.getInstructions().find((each) => each instanceof Cmd);
  const [program, ...rest] = command?.getJSONStrings().map((each) => each.getJSONValue()) ?? [];
  if (program !== 'node') throw new Error(`${directory}/Dockerfile does not start by CMD ["node", …].`);
  return rest;
}

function argumentsOf(instruction: { getArguments(): { getValue(): string }[] }): string {
  return instruction
    .getArguments()
    .map((each) => each.getValue())
    .join(' ');
}
