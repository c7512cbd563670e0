// Randomness that is the same in every run, so that a failing journey can be walked again.

/** A stream of numbers in `0..1` from a seed. */
export class Random {
  constructor(private state: number) {}

  /** The next number in `0..1`. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number in `0..below`. */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** One of the items. */
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}
