import { formatDuration } from './formatDuration.ts';
import { Progress, type ProgressOutput } from './Progress.ts';

class Written implements ProgressOutput {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number;

  constructor(isTTY: boolean, columns = 80) {
    this.isTTY = isTTY;
    this.columns = columns;
  }

  write(text: string) {
    this.text += text;
  }

  /** What a terminal shows in the end. */
  get lines() {
    return this.text
      .split('\n')
      .map(line => line.split('\r\x1b[K').at(-1)!)
      .filter(line => line !== '');
  }
}

describe('Progress', () => {
  it('writes one line a step into a pipe, with its time', async () => {
    const output = new Written(false);
    const progress = new Progress(output);
    await progress.step('Installing', async tell => tell('12 of 40'));
    progress.say('A word');
    await progress
      .step('Building', () => Promise.reject(new Error('no')))
      .catch(() => {});
    expect(output.text.replace(/\d\.\d s/g, 'N s')).toBe(
      '  Installing … 12 of 40, N s\nA word\n  Building … failed after N s\n',
    );
  });

  it('begins the line of a step anew when something else was said', async () => {
    const output = new Written(false);
    const progress = new Progress(output);
    await progress.step('Building', async () => progress.say('A word'));
    expect(output.text.replace(/\d\.\d s/g, 'N s')).toBe(
      '  Building … \nA word\n  Building … N s\n',
    );
  });

  it('keeps one line a step on a terminal, as wide as that is', async () => {
    const output = new Written(true, 30);
    const progress = new Progress(output);
    await progress.step('Installing', async tell =>
      tell('a very long word on how far it is'),
    );
    await progress
      .step('Building', () => Promise.reject(new Error('no')))
      .catch(() => {});
    expect(output.lines).toEqual([
      '✓ Installing: a very long wor',
      expect.stringMatching(/^✗ Building {2}\d\.\d s$/),
    ]);
  });

  it('takes a terminal that does not know its width for a usual one', async () => {
    const output = new Written(true, 0);
    await new Progress(output).step('Installing', async () => {});
    expect(output.lines).toEqual([
      expect.stringMatching(/^✓ Installing {2}\d\.\d s$/),
    ]);
  });

  it('gives back what a step gave, and throws what it threw', async () => {
    const progress = new Progress(new Written(false));
    expect(await progress.step('One', async () => 1)).toBe(1);
    await expect(
      progress.step('Two', () => Promise.reject(new Error('as it is'))),
    ).rejects.toThrow('as it is');
  });

  it('counts from when the command began', () => {
    const progress = new Progress(new Written(false), Date.now() - 90_000);
    expect(progress.elapsed).toBeGreaterThanOrEqual(90_000);
  });
});

describe('formatDuration', () => {
  it.each([
    [40, '0.0 s'],
    [9_940, '9.9 s'],
    [9_960, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min 00 s'],
    [125_000, '2 min 05 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
