import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** Options of the processes that measure, or serve. */
export interface NodeOptions {
  /** What it works on; it gets it as its first message. */
  readonly input?: unknown;
  /** For Node itself, such as `--expose-gc`. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs `children/NAME.ts` in a Node process of its own, on the built packages (no `kubefresh-source` condition), and resolves
 * with the one message that it sends back.
 * @throws Error when it ends without an answer.
 */
export async function runNode<Answer>(name: string, options: NodeOptions = {}): Promise<Answer> {
  const child = startProcess(name, options);
  try {
    return await nextMessage<Answer>(child, name);
  } finally {
    child.kill();
  }
}

/** A process that serves until it is closed. */
export interface Running<Hello> extends AsyncDisposable {
  /** What it said when it was ready. */
  readonly hello: Hello;
  /** Asks it something; it answers one message at a time. */
  ask<Answer>(question: unknown): Promise<Answer>;
}

/** Starts `children/NAME.ts`, and resolves when it has said that it is ready. */
export async function startNode<Hello>(name: string, options: NodeOptions = {}): Promise<Running<Hello>> {
  const child = startProcess(name, options);
  const hello = await nextMessage<Hello>(child, name);
  return {
    hello,
    ask: (question) => {
      child.send(question as object);
      return nextMessage(child, name);
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill();
      await exit;
    },
  };
}

function startProcess(name: string, { input = null, flags = [], env = {} }: NodeOptions): ChildProcess {
  const child = fork(join(import.meta.dirname, 'children', `${name}.ts`), {
    execArgv: [...flags],
    env: { ...process.env, ...env },
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.send({ input });
  return child;
}

/** No answer takes so long, ms: a process that hangs is an error of its bench, and the others are measured all the same. */
const PATIENCE = 300_000;

async function nextMessage<Message>(child: ChildProcess, name: string): Promise<Message> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const late = setTimeout(PATIENCE, undefined, { signal }).then(() => {
    throw new Error(`The process ${name} did not answer in ${PATIENCE / 1000} s.`);
  });
  const ended = once(child, 'exit', { signal }).then(([code, signalName]) => {
    throw new Error(`The process ${name} ended (${signalName ?? `exit code ${code}`}) before it answered.`);
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended, late])) as [Message];
    return message;
  } finally {
    for (const loser of [ended, late]) loser.catch(() => {});
    waiting.abort();
  }
}
