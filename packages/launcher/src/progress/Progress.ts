/*
 * Tells a person what is being done, how far it is and how long it took. On a
 * terminal the current step is one line that changes; into a pipe each step is
 * one line that is finished when the step is.
 */
import { formatDuration } from './formatDuration.ts';

export type ProgressOutput = {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
};

/** How a step tells how far it is. */
export type Tell = (detail: string) => void;

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

export class Progress {
  readonly #output: ProgressOutput;
  readonly #begun: number;
  #lineIsOpen = false;
  /** The steps that run, a step within a step last: that one has the line. */
  readonly #running: object[] = [];

  /** @param begun - when the command began, in ms since 1970 */
  constructor(output: ProgressOutput = process.stdout, begun = Date.now()) {
    this.#output = output;
    this.#begun = begun;
  }

  /** Milliseconds since the command began. */
  get elapsed(): number {
    return Date.now() - this.#begun;
  }

  /** A line of its own, between steps. */
  say(text: string): void {
    this.#closeLine();
    this.#output.write(`${text}\n`);
  }

  /**
   * Shows a step while it runs.
   *
   * @param title - what is done, such as `Installing dependencies`
   * @param work - the step; what it returns may be a word on the outcome
   * @throws whatever `work` throws, after the step is shown as failed
   */
  async step<T>(title: string, work: (tell: Tell) => Promise<T>): Promise<T> {
    this.#closeLine();
    const live = this.#output.isTTY
      ? this.#showLive(title)
      : this.#showOnce(title);
    this.#running.push(live);
    try {
      const result = await work(live.tell);
      live.end('✓');
      return result;
    } catch (error) {
      live.end('✗');
      throw error;
    } finally {
      this.#running.splice(this.#running.indexOf(live), 1);
    }
  }

  #showOnce(title: string) {
    const begun = performance.now();
    let detail = '';
    this.#output.write(`  ${title} … `);
    this.#lineIsOpen = true;
    return {
      tell: (text: string) => {
        detail = text;
      },
      end: (mark: string) => {
        const said = this.#lineIsOpen ? '' : `  ${title} … `;
        const outcome = mark === '✗' ? 'failed after ' : '';
        const told = detail ? `${detail}, ` : '';
        this.#output.write(
          `${said}${told}${outcome}${formatDuration(performance.now() - begun)}\n`,
        );
        this.#lineIsOpen = false;
      },
    };
  }

  #showLive(title: string) {
    const begun = performance.now();
    let detail = '';
    let turn = 0;
    const draw = (mark: string) => {
      const time = formatDuration(performance.now() - begun);
      const line = `${mark} ${title}${detail ? `: ${detail}` : ''}  ${time}`;
      const width = (this.#output.columns || 80) - 1;
      this.#output.write(`\r\x1b[K${[...line].slice(0, width).join('')}`);
      this.#lineIsOpen = true;
    };
    const live = {
      timer: undefined as NodeJS.Timeout | undefined,
      tell: (text: string) => {
        detail = text;
      },
      end: (mark: string) => {
        clearInterval(live.timer);
        draw(mark);
        this.#closeLine();
      },
    };
    live.timer = setInterval(() => {
      if (this.#running.at(-1) === live) {
        turn = (turn + 1) % frames.length;
        draw(frames[turn]!);
      }
    }, 100);
    live.timer.unref();
    draw(frames[0]!);
    return live;
  }

  #closeLine(): void {
    if (this.#lineIsOpen) {
      this.#output.write('\n');
      this.#lineIsOpen = false;
    }
  }
}
