#!/usr/bin/env node
import { TestingError } from '../errors.ts';
import { parseServeArguments, USAGE } from './arguments.ts';
import { serve } from './serve.ts';

// Exit codes as of sysexits: 64 for wrong usage, 69 for what cannot be had, such as a port in use.
const USAGE_ERROR = 64;
const UNAVAILABLE = 69;

const [command, ...rest] = process.argv.slice(2);

if (command === 'serve' && !rest.includes('--help')) {
  try {
    await serve(parseServeArguments(rest), process);
  } catch (error) {
    const known = error instanceof TestingError;
    process.stderr.write(`${known ? error.message : String(error)}\n`);
    process.exitCode = known && error.code === 'ERR_KUBEFRESH_TESTING_PORT_IN_USE' ? UNAVAILABLE : USAGE_ERROR;
  }
} else {
  process.stdout.write(USAGE);
  process.exitCode = command === undefined || /^(serve|help|--help)$/.test(command) ? 0 : USAGE_ERROR;
}
