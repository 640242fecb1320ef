import { interleave } from './interleave';

describe('interleave', () => {
  it('takes turns, with another one first in each round', async () => {
    const order: string[] = [];
    const take = (name: string) => async (round: number) => {
      order.push(`${name}${round}`);
      return `${name}${round}`;
    };
    await expect(
      interleave(3, { a: take('a'), b: take('b') }),
    ).resolves.toEqual({
      a: ['a0', 'a1', 'a2'],
      b: ['b0', 'b1', 'b2'],
    });
    expect(order).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2']);
  });

  it('lets one run at a time', async () => {
    let running = 0;
    const most: number[] = [];
    const take = async () => {
      running += 1;
      await new Promise(resolve => setImmediate(resolve));
      most.push(running);
      running -= 1;
    };
    await interleave(2, { a: take, b: take });
    expect(most).toEqual([1, 1, 1, 1]);
  });
});
