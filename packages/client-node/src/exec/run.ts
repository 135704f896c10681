import { spawn } from 'node:child_process';
import { stderr as terminal } from 'node:process';
import { CredentialUnavailableError } from '@kubefresh/core';
import type { ExecConfig } from './config.ts';
import type { ExecInfo } from './info.ts';

/** Where a plugin finds what it is told (client-go: `execInfoEnv`). */
const INFO_VARIABLE = 'KUBERNETES_EXEC_INFO';
/** How much of what a failing plugin complained of goes into our error, characters: its last words say why. */
const LAST_WORDS = 500;
/** How much of it is kept until then, characters. */
const KEPT = 16_384;
/** What looks like a token, or a piece of one, in it: none goes into an error. Opaque ones have 43 characters (OpenShift). */
const SECRET = /[\w-]{10,}(?:\.[\w-]{10,})+|[\w-]{40,}/g;
/** What a plugin may print, characters: a token has 64 KiB at most, and a certificate with its key some more. */
const LONGEST_OUTPUT = 2 ** 20;

/**
 * Runs a credential plugin once; resolves with what it printed. Its stderr is collected for the error, and where it may ask
 * on the terminal, shown there too.
 *
 * @throws CredentialUnavailableError when it cannot be started, or ends with anything but success.
 */
export function run(config: ExecConfig, info: ExecInfo): Promise<string> {
  const { command, args = [], env = [] } = config;
  const { interactive } = info.spec;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...variables(env), [INFO_VARIABLE]: JSON.stringify(info) },
      stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    let complaint = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length <= LONGEST_OUTPUT) return;
      // Whatever it started may hold the pipe, too: with nobody to read it, that ends as well.
      child.stdout?.destroy();
      child.kill();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-KEPT);
      if (interactive) terminal.write(text);
    });
    child.on('error', (error) => reject(notStarted(config, error)));
    child.on('close', (code, signal) => {
      if (output.length > LONGEST_OUTPUT) reject(failed(command, `printed more than ${LONGEST_OUTPUT} characters`, ''));
      else if (code === 0) resolve(output);
      else reject(failed(command, code === null ? `was ended by ${signal}` : `ended with code ${code}`, complaint));
    });
  });
}

function variables(env: NonNullable<ExecConfig['env']>): Record<string, string> {
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}

function notStarted({ command, installHint }: ExecConfig, cause: Error): CredentialUnavailableError {
  const hint = installHint ? ` ${installHint.trim()}` : '';
  return new CredentialUnavailableError(
    `The credential plugin ${command} could not be started: ${cause.message}.${hint}`,
    { cause },
  );
}

function failed(command: string, how: string, complaint: string): CredentialUnavailableError {
  const words = complaint.trim().replace(SECRET, '[redacted]').slice(-LAST_WORDS);
  return new CredentialUnavailableError(
    `The credential plugin ${command} ${how}${words === '' ? ' and said nothing' : `: ${words}`}`,
  );
}
