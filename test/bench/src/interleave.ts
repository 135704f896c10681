/**
 * Measures the subjects in rounds: each once a round, every round beginning with another, so that neither a slow minute of
 * the machine nor a place in the order favours one.
 *
 * @returns by subject, one sample a round; samples of the same index are of the same round.
 */
export async function interleave<Subject extends string>(
  rounds: number,
  subjects: Readonly<Record<Subject, () => number | Promise<number>>>,
): Promise<Record<Subject, number[]>> {
  const names = Object.keys(subjects) as Subject[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Subject, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const index of names.keys()) {
      const name = names[(index + round) % names.length] as Subject;
      samples[name].push(await subjects[name]());
    }
  }
  return samples;
}
