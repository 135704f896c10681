import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A credential plugin made of a shell script: it prints what stands in a file, and notes each run and what it was told. */
export class TestPlugin implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), 'kubefresh-plugin-'));

  /** What the next runs print in `status`. */
  answer(status: object): void {
    const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status };
    this.print(JSON.stringify(credential));
  }

  /** What the next runs print. */
  print(text: string): void {
    writeFileSync(join(this.#directory, 'answer'), text);
  }

  /** What the kubeconfig says of it. */
  config(more: object = {}): object {
    const script = join(this.#directory, 'plugin.sh');
    const at = (name: string) => join(this.#directory, name);
    // A pause, so that those who come together find it running.
    writeFileSync(
      script,
      `echo run >> ${at('runs')}\nprintf '%s' "$KUBERNETES_EXEC_INFO" > ${at('info')}\nprintf '%s' "$EXTRA" > ${at('extra')}\nsleep 0.05\ncat ${at('answer')}\n`,
    );
    return {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: [script],
      interactiveMode: 'Never',
      ...more,
    };
  }

  get runs(): number {
    return this.#read('runs').split('\n').length - 1;
  }

  get info(): unknown {
    return JSON.parse(this.#read('info'));
  }

  get extra(): string {
    return this.#read('extra');
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true });
  }

  #read(name: string): string {
    return readFileSync(join(this.#directory, name), 'utf8');
  }
}
