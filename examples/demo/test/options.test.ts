import { describe, expect, it } from 'vitest';
import { faults } from '../src/faults/all.ts';
import { parseOptions, UsageError } from '../src/options.ts';

describe('parseOptions', () => {
  it('has defaults', () => {
    expect(parseOptions([])).toEqual({ seconds: 25, json: false, list: false, help: false });
    expect(parseOptions(['--fault', 'rotation'])).toMatchObject({ seconds: 10, fault: { name: 'rotation' } });
  });

  it('takes each fault by its name', () => {
    for (const fault of faults) expect(parseOptions(['--fault', fault.name]).fault).toBe(fault);
  });

  it.each([
    [['--colour'], /'--colour'/],
    [['--fault', 'flood'], /no fault 'flood'.*rotation, .*ca-rotation/],
    [['--seconds', 'ten'], /--seconds is a number from 5 to 600, not 'ten'/],
    [['--seconds', '1'], /from 5/],
    [['--seconds', ''], /from 5/],
    [['--record', 'demo.gif'], /\.svg.*\.cast.*'demo.gif' is neither/],
    [['now'], /'now'/],
  ])('refuses %j and says why', (args, message) => {
    expect(() => parseOptions(args)).toThrow(UsageError);
    expect(() => parseOptions(args)).toThrow(message);
  });
});
