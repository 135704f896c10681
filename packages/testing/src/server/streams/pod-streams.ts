import type { ExecHandler } from './exec-session.ts';
import { PodLogs } from './pod-logs.ts';
import type { PortForwardHandler } from './port-forward.ts';

/** What the containers of the server's pods do: `server.pods`. Only the pods' objects are real, so this says the rest. */
export class PodStreams {
  readonly #logs = new PodLogs();
  #exec: ExecHandler = echo;
  #attach: ExecHandler = echo;
  #portForward: PortForwardHandler = (_target, connection) => {
    connection.pipe(connection);
  };

  /** Appends a line to a pod's log; followers get it at once. */
  log(pod: string, line: string, namespace = 'default'): void {
    this.#logs.append(`${namespace}/${pod}`, line);
  }

  /** Ends a pod's log: followers see its end, as when the container exits. */
  endLog(pod: string, namespace = 'default'): void {
    this.#logs.end(`${namespace}/${pod}`);
  }

  /** Says what `exec` does. The default writes the command to stdout, then what it reads from stdin. */
  onExec(handler: ExecHandler): void {
    this.#exec = handler;
  }

  /** Says what `attach` does. The default writes to stdout what it reads from stdin. */
  onAttach(handler: ExecHandler): void {
    this.#attach = handler;
  }

  /** Says what a forwarded port does. The default sends back what it receives. */
  onPortForward(handler: PortForwardHandler): void {
    this.#portForward = handler;
  }

  /** @internal */
  get logs(): PodLogs {
    return this.#logs;
  }

  /** @internal */
  handlerOf(subresource: 'exec' | 'attach'): ExecHandler {
    return subresource === 'exec' ? this.#exec : this.#attach;
  }

  /** @internal */
  get portForward(): PortForwardHandler {
    return this.#portForward;
  }
}

const echo: ExecHandler = async ({ command, stdin, stdout }) => {
  if (command.length > 0) stdout.write(`${command.join(' ')}\n`);
  for await (const chunk of stdin) stdout.write(chunk);
  return 0;
};
