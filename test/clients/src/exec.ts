/** Binary messages, the first byte of which is the channel (apimachinery `pkg/util/remotecommand`). */
export const EXEC_PROTOCOL = 'v5.channel.k8s.io';

const STDOUT = 1;

/** What the command wrote to stdout. */
export function stdoutOf(messages: readonly Buffer[]): string {
  return Buffer.concat(
    messages.filter(([channel]) => channel === STDOUT).map((message) => message.subarray(1)),
  ).toString();
}
