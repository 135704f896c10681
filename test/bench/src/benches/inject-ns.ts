import { type Bench, exactly, type Row } from '../bench.ts';
import type { InjectNsAnswer, InjectNsInput } from '../children/inject-ns.ts';
import { runNode } from '../node-process.ts';
import { pairedDifference, spreadOf } from '../statistics.ts';

/** What one request costs of the processor, beside the network. */
export const injectNsBench: Bench = {
  name: 'inject-ns',
  title: 'What an injection costs by itself, in ns and bytes, without a network',
  method:
    'One process without a network: undici is a function that calls the handler. "send": options and a handler are handed ' +
    'on with the token; "answered": the same and all callbacks of a 200. Ours gets the same options without Authorization, ' +
    'the bare peer makes the header itself; "added" is the paired difference. Where nobody would do without, all of it is added; ' +
    'for look() the peer is a bare readlinkSync. ns are medians of batches of 4,096 (mitata); ' +
    'bytes are what the young generation grows by; retained is what 200,000 operations leave after a full collection, each, in whole bytes: no object is smaller.',

  async run({ quick }): Promise<Row[]> {
    const input: InjectNsInput = { rounds: quick ? 5 : 25 };
    const measured = await runNode<InjectNsAnswer>('inject-ns', { input, flags: ['--expose-gc'] });
    const of = (name: string) => {
      const found = measured[name];
      if (found === undefined) throw new Error(`'${name}' was not measured.`);
      return found;
    };
    const added = (name: string): Row[] => {
      const [ours, bare, again] = [of(`${name}, ours`), of(`${name}, bare`), of(`${name}, bare again`)];
      return [
        {
          what: name,
          unit: 'ns',
          values: {
            added: pairedDifference(ours.ns, bare.ns),
            'with kubefresh': spreadOf(ours.ns),
            without: spreadOf(bare.ns),
            'A/A': pairedDifference(again.ns, bare.ns),
          },
        },
        {
          what: `${name}, allocated`,
          unit: 'bytes',
          values: {
            added: exactly(ours.bytes - bare.bytes),
            'with kubefresh': exactly(ours.bytes),
            without: exactly(bare.bytes),
            'A/A': exactly(again.bytes - bare.bytes),
          },
        },
        {
          what: `${name}, retained`,
          unit: 'bytes',
          values: { added: exactly(Math.round(ours.retained - bare.retained)) },
        },
      ];
    };
    const bareOf = (name: string) => {
      const bare = measured[`${name}, bare`];
      return bare && { without: spreadOf(bare.ns) };
    };
    const alone = (name: string): Row[] => [
      { what: name, unit: 'ns', values: { added: spreadOf(of(name).ns), ...bareOf(name) } },
      { what: `${name}, allocated`, unit: 'bytes', values: { added: exactly(of(name).bytes) } },
      { what: `${name}, retained`, unit: 'bytes', values: { added: exactly(Math.round(of(name).retained)) } },
    ];
    return [
      ...added('send'),
      ...added('answered'),
      ...['current()', 'look()', 'rejected(), an older token'].flatMap(alone),
    ];
  },
};
