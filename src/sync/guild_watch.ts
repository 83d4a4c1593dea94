/**
 * Which members of a guild have changed since when, while its list is being read.
 *
 * A page that was asked for before a member left may still show the member. Whatever changed after the asking is left to the live
 * events, which know better; so a page never brings back someone who has gone.
 */
export class GuildWatch implements Disposable {
  readonly #changedAt = new Map<string, number>();
  readonly #end: () => void;
  #moment = 0;

  constructor(end: () => void) {
    this.#end = end;
  }

  /** A moment to compare with later. */
  now(): number {
    return this.#moment;
  }

  /** A member has changed now. */
  note(userId: string): void {
    this.#moment++;
    this.#changedAt.delete(userId);
    this.#changedAt.set(userId, this.#moment);
  }

  hasChangedSince(moment: number, userId: string): boolean {
    return (this.#changedAt.get(userId) ?? 0) > moment;
  }

  /** Nobody will ask about moments before this one any more. */
  forgetBefore(moment: number): void {
    for (const [userId, changedAt] of this.#changedAt) {
      if (changedAt > moment) return;
      this.#changedAt.delete(userId);
    }
  }

  [Symbol.dispose](): void {
    this.#end();
  }
}
