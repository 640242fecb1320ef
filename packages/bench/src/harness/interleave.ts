/**
 * Takes a figure of each contender in turn, round after round, so that what
 * else the machine does falls on all of them alike.
 *
 * @returns what each contender gave, in order of rounds
 */
export async function interleave<TName extends string, T>(
  rounds: number,
  contenders: Readonly<Record<TName, (round: number) => Promise<T>>>,
): Promise<Record<TName, T[]>> {
  const names = Object.keys(contenders) as TName[];
  const figures = Object.fromEntries(
    names.map(name => [name, [] as T[]]),
  ) as Record<TName, T[]>;
  for (let round = 0; round < rounds; round++) {
    // Nobody always runs after the same one.
    const turn = round % names.length;
    for (const name of [...names.slice(turn), ...names.slice(0, turn)]) {
      figures[name].push(await contenders[name](round));
    }
  }
  return figures;
}
