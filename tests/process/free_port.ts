/** A port where nothing listens yet, for what shall come up there later. */

/** Below the ports that systems give out by themselves, so that nobody else gets it meanwhile. */
export function freePort(): number {
  while (true) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
