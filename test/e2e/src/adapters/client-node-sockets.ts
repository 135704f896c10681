import { equal } from 'node:assert/strict';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { until } from '@kubefresh-test/cluster';
import type * as Library from 'client-node-2';
import { DATA, SEED, type Stage } from './stage.ts';

/** Ten times what copying a file takes beside everything else, ms. */
const BOUND = 30_000;

/** The official client's ways that are WebSockets. */
export function sockets(official: typeof Library, config: Library.KubeConfig, { pod, port, data, root }: Stage) {
  const { name, namespace } = pod;
  return {
    exec: async () => {
      const output = new PassThrough();
      const printed = text(output);
      const command = ['/usr/local/bin/node', '-p', '6 * 7'];
      const exec = new official.Exec(config);
      await exec.exec(namespace, name, 'main', command, output, null, null, false);
      equal(await printed, '42\n');
    },
    attach: async () => {
      const [output, line] = [new PassThrough(), `attached ${unique()}\n`];
      const input = new PassThrough();
      const attach = new official.Attach(config);
      const socket = await attach.attach(namespace, name, 'main', output, null, input, false);
      input.write(line);
      // Beside what others that are attached have typed.
      await received(output, line);
      socket.close();
    },
    'port-forward': async () => {
      const [output, line] = [new PassThrough(), `forwarded ${unique()}\n`];
      const input = new PassThrough();
      const forward = new official.PortForward(config);
      const socket = (await forward.portForward(namespace, name, [port], output, null, input)) as { close(): void };
      input.write(line);
      await received(output, line);
      socket.close();
    },
    'cp to a pod': async () => {
      const directory = mkdtempSync(join(root, 'cp-'));
      const file = unique();
      writeFileSync(join(directory, file), file);
      await new official.Cp(config).cpToPod(namespace, name, 'main', directory, DATA);
      // It resolves before anything is copied.
      await until(`${file} in the pod`, () => readFileSync(join(data, file), 'utf8') === file, { timeoutMs: BOUND });
    },
    'cp from a pod': async () => {
      const directory = mkdtempSync(join(root, 'cp-'));
      await new official.Cp(config).cpFromPod(namespace, name, 'main', SEED.name, directory, DATA);
      const file = join(directory, SEED.name);
      // The mode is set last.
      const copied = () => (statSync(file).mode & 0o777) === SEED.mode && readFileSync(file, 'utf8') === SEED.text;
      await until(`${SEED.name} out of the pod`, copied, { timeoutMs: BOUND });
    },
  };
}

/** Reads until the text has come. */
async function received(stream: Readable, wanted: string): Promise<void> {
  let sofar = '';
  for await (const chunk of stream) {
    sofar += String(chunk);
    if (sofar.includes(wanted)) return;
  }
  throw new Error(`the stream ended after ${JSON.stringify(sofar)}`);
}

const unique = () => Math.random().toString(36).slice(2);
