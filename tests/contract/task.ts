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

/** Thrown by a step that failed, after it was shown. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
}

/** Steps that build on each other: each is shown and counted as it ends, and the first that fails is the last. */
export class Steps {
  #passed = 0;
  #failed = 0;

  /**
   * Does one step; a text that it gives is shown beside its name.
   *
   * @throws {StepFailed} when it fails
   */
  async step<T>(name: string, run: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    try {
      const result = await run();
      this.#passed += 1;
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      console.log(`ok   ${name} (${typeof result === "string" ? `${result}; ` : ""}${seconds} s)`);
      return result;
    } catch (error) {
      this.#failed += 1;
      console.log(`FAIL ${name}\n     ${error instanceof Error ? error.message : error}`);
      throw new StepFailed(name, { cause: error });
    }
  }

  /** Does all steps of a task and prints its last line. @returns whether all went well */
  async all(task: () => Promise<void>): Promise<boolean> {
    try {
      await task();
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
    }
    console.log(`\n${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0;
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
