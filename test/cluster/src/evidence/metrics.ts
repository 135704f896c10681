/** One sample of the Prometheus text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The API server's metrics at one moment. */
export class Metrics {
  readonly samples: readonly Sample[];

  constructor(text: string) {
    this.samples = text.split('\n').flatMap(parseLine);
  }

  /** Sum of the samples of this name that carry all the given labels; 0 if there is none (a counter not yet used). */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.samples
      .filter((sample) => sample.name === name)
      .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
      .reduce((sum, sample) => sum + sample.value, 0);
  }
}

function parseLine(line: string): Sample[] {
  // name{label="value",…} value; the fixture's own server writes no timestamps.
  const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
  if (match === null) return [];
  const [, name = '', labelText = '', value = ''] = match;
  const labels = [...labelText.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
    ([, label = '', quoted = '']) =>
      [label, quoted.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))] as const,
  );
  return [{ name, labels: Object.fromEntries(labels), value: Number(value.replace('Inf', 'Infinity')) }];
}
