/**
 * A bound on the bytes of all submissions that are under way, whoever sent them. When it is spent, sessions stop reading
 * and wait; TCP makes their nodes wait in turn. At most one frame a session goes beyond it.
 */
export class Budget {
  readonly max: number;
  private used = 0;
  private waiting: (() => void)[] = [];

  constructor(bytesMax: number) {
    this.max = bytesMax;
  }

  get bytes(): number {
    return this.used;
  }

  get isSpent(): boolean {
    return this.used >= this.max;
  }

  take(bytes: number): void {
    this.used += bytes;
  }

  giveBack(bytes: number): void {
    this.used -= bytes;
    if (this.used >= this.max / 2 || this.waiting.length === 0) return;
    const waiting = this.waiting;
    this.waiting = [];
    for (const resume of waiting) resume();
  }

  /** Calls back once when half of the budget is free; whoever still cannot go on waits again. */
  wait(resume: () => void): void {
    this.waiting.push(resume);
  }
}
