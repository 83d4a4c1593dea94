// deno-lint-ignore-file no-console -- contract tasks speak to the terminal
/** The frame of a contract task: steps that are counted, a clean end, an exit code. */

/** Thrown when the machine lacks what a task needs; the message says what to set or install. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}

/**
 * Runs a task and ends the process: with 0 when the task says that all is well, 1 when not, 2 when it cannot run here.
 *
 * What the task puts on the stack is undone first, also when SIGINT or SIGTERM ends it early.
 */
export async function runTask(task: (stack: AsyncDisposableStack) => Promise<boolean>): Promise<never> {
  const stack = new AsyncDisposableStack();
  const interrupted = Promise.withResolvers<number>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => interrupted.resolve(130));
  }
  const finished = task(stack).then(
    (well) => well ? 0 : 1,
    (error) => {
      const cannot = error instanceof CannotRun;
      console.error(cannot ? error.message : error);
      return cannot ? 2 : 1;
    },
  );
  const code = await Promise.race([finished, interrupted.promise]);
  await stack.disposeAsync();
  Deno.exit(code);
}

/** Steps that build on each other: each is shown as it ends, and after a failure the others are left out. */
export class Steps {
  #passed = 0;
  #failed = 0;

  /** Does one step, unless one before it has failed; a figure or a few words that it returns are shown beside its name. */
  async step(name: string, run: () => Promise<string | void>): Promise<void> {
    if (this.#failed > 0) return;
    const startedMs = performance.now();
    try {
      const detail = await run();
      this.#passed += 1;
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      console.log(`ok   ${name} (${detail ? `${detail}; ` : ""}${seconds} s)`);
    } catch (error) {
      this.#failed += 1;
      console.log(`FAIL ${name}\n     ${error instanceof Error ? error.message : error}`);
    }
  }

  /** Prints the last line of the task. @returns whether all was well */
  finish(): boolean {
    console.log(`\n${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 && this.#passed > 0;
  }
}

/**
 * Asks again and again, every 100 ms, until the answer is right.
 *
 * @returns that answer. @throws {Error} with the last answer, or why there was none, when the time is over
 */
export async function soon<T>(
  ask: () => Promise<T>,
  options: { until: (answer: T) => boolean; withinMs: number },
): Promise<T> {
  const endMs = performance.now() + options.withinMs;
  for (;;) {
    let last: unknown;
    try {
      const answer = await ask();
      if (options.until(answer)) return answer;
      last = answer;
    } catch (error) {
      last = error instanceof Error ? error.message : error;
    }
    if (performance.now() > endMs) throw new Error(`not within ${options.withinMs / 1000} s: ${JSON.stringify(last)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
