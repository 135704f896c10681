import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A credential plugin made of a shell script: it prints what stands in a file, and notes each run and what it was told. */
export class TestPlugin implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), 'kubefresh-plugin-'));

  constructor() {
    // So that those who come together find it running.
    this.takes({ seconds: 0.05 });
  }

  /** What the next runs print in `status`. */
  answer(status: object): void {
    const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status };
    this.print(JSON.stringify(credential));
  }

  /** What the next runs print. */
  print(text: string): void {
    writeFileSync(join(this.#directory, 'answer'), text);
  }

  /** How long the next runs take. */
  takes({ seconds }: { readonly seconds: number }): void {
    writeFileSync(join(this.#directory, 'pause'), String(seconds));
  }

  /** What the kubeconfig says of it. */
  config(more: object = {}): object {
    const script = join(this.#directory, 'plugin.sh');
    const at = (name: string) => join(this.#directory, name);
    writeFileSync(
      script,
      `echo run >> ${at('runs')}\nprintf '%s' "$KUBERNETES_EXEC_INFO" > ${at('info')}\nprintf '%s' "$EXTRA" > ${at('extra')}\nsleep $(cat ${at('pause')})\ncat ${at('answer')}\n`,
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
