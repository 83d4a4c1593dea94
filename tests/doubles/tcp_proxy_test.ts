import { assertEquals, assertGreaterOrEqual, assertRejects } from "@std/assert";
import { startTcpProxy, type TcpProxy } from "./tcp_proxy.ts";

/** Says everything back. */
class Echo implements AsyncDisposable {
  readonly hostname = "127.0.0.1";
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serving: Promise<unknown>;

  constructor() {
    this.#serving = this.#serve();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #serve(): Promise<void> {
    const answering: Promise<void>[] = [];
    for await (const connection of this.#listener) {
      answering.push(connection.readable.pipeTo(connection.writable).catch(() => {}));
    }
    await Promise.all(answering);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#serving;
  }
}

function connect({ hostname, port }: TcpProxy): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname, port });
}

async function say(connection: Deno.TcpConn, text: string): Promise<void> {
  await connection.write(new TextEncoder().encode(text));
}

async function hear(connection: Deno.TcpConn): Promise<string | null> {
  const buffer = new Uint8Array(64);
  const size = await connection.read(buffer);
  return size === null ? null : new TextDecoder().decode(buffer.subarray(0, size));
}

/** What is heard until some moments have passed. */
async function heardSoon(hearing: Promise<unknown>): Promise<unknown> {
  const moments = new Promise((resolve) => setTimeout(() => resolve("nothing"), 50));
  return await Promise.race([hearing, moments]);
}

for (const direction of ["up", "down"] as const) {
  Deno.test(`bytes that go ${direction} wait in a stall, and arrive when it is over`, async () => {
    await using echo = new Echo();
    await using proxy = startTcpProxy({ target: echo });
    using connection = await connect(proxy);
    await say(connection, "one");
    assertEquals(await hear(connection), "one");
    proxy.stall(direction);
    await say(connection, "two");
    const hearing = hear(connection);
    assertEquals(await heardSoon(hearing), "nothing");
    proxy.heal();
    assertEquals(await hearing, "two");
  });
}

Deno.test("a forgotten connection stays silent for ever, and new ones work", async () => {
  await using echo = new Echo();
  await using proxy = startTcpProxy({ target: echo });
  using forgotten = await connect(proxy);
  await say(forgotten, "one");
  assertEquals(await hear(forgotten), "one");
  proxy.forget();
  proxy.heal();
  await say(forgotten, "two");
  const hearing = hear(forgotten).catch(() => "broken");
  assertEquals(await heardSoon(hearing), "nothing");
  using fresh = await connect(proxy);
  await say(fresh, "three");
  assertEquals(await hear(fresh), "three");
  assertEquals(proxy.connections, 2);
  proxy.cut();
  await hearing;
});

Deno.test("a cut ends the connections of now, and while the proxy refuses no other is of use", async () => {
  await using echo = new Echo();
  await using proxy = startTcpProxy({ target: echo });
  using connection = await connect(proxy);
  await say(connection, "one");
  assertEquals(await hear(connection), "one");
  proxy.cut();
  assertEquals(await hear(connection).catch(() => null), null);
  proxy.refuses = true;
  using refused = await connect(proxy);
  assertEquals(await hear(refused).catch(() => null), null);
  proxy.heal();
  using fresh = await connect(proxy);
  await say(fresh, "two");
  assertEquals(await hear(fresh), "two");
});

Deno.test("bytes arrive late in the direction that is delayed", async () => {
  await using echo = new Echo();
  await using proxy = startTcpProxy({ target: echo });
  using connection = await connect(proxy);
  proxy.delayMs.down = 80;
  const startMs = performance.now();
  await say(connection, "one");
  assertEquals(await hear(connection), "one");
  assertGreaterOrEqual(performance.now() - startMs, 75);
});

Deno.test("the end of a connection is passed on, and a closed proxy takes none", async () => {
  await using echo = new Echo();
  const proxy = startTcpProxy({ target: echo });
  using connection = await connect(proxy);
  await connection.closeWrite();
  assertEquals(await hear(connection), null);
  await proxy.close();
  await assertRejects(() => connect(proxy));
});
