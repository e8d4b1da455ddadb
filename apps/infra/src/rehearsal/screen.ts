/** Where a rehearsal says how far it is: one line that changes on a terminal, else a line now and then. */
export class Screen {
  readonly #out: NodeJS.WriteStream;
  #shown = "";
  #last = 0;

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.#out = out;
  }

  /** A line that stays. */
  say(text: string): void {
    this.#clear();
    this.#out.write(`${text}\n`);
  }

  /** What is going on now; replaced by the next. Without a terminal one line in ten seconds. */
  now(text: string): void {
    if (this.#out.isTTY) {
      this.#clear();
      this.#shown = text.slice(0, (this.#out.columns ?? 80) - 1);
      this.#out.write(this.#shown);
      return;
    }
    if (Date.now() - this.#last < 10_000) return;
    this.#last = Date.now();
    this.#out.write(`${text}\n`);
  }

  #clear(): void {
    if (this.#shown !== "") this.#out.write(`\r\u001b[2K`);
    this.#shown = "";
  }
}
