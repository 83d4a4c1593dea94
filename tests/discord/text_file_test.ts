import { assertEquals, assertRejects } from "@std/assert";
import { type Clock, systemClock } from "../../src/clock.ts";
import { readTextFile, TEXT_FILE_BYTES } from "../../src/discord/text_file.ts";
import { Failure } from "../../src/failure.ts";

/** Reads what a file server answers. */
async function read(answer: () => Response | Promise<Response>, options: { size?: number; clock?: Clock } = {}) {
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, answer);
  const url = `http://127.0.0.1:${server.addr.port}/attachments/1/2/a.md`;
  return await readTextFile({ url, size: options.size ?? 1 }, options.clock ?? systemClock);
}

Deno.test("a text is read with its line breaks made equal", async () => {
  assertEquals(await read(() => new Response("\uFEFFÜber\r\nalles\r😀\n")), { text: "Über\nalles\n😀\n" });
});

Deno.test("what is no text is told apart", async () => {
  assertEquals(await read(() => new Response(new Uint8Array([0xc3, 0x28]))), { problem: "notText" });
  assertEquals(await read(() => new Response("a\0b")), { problem: "notText" });
  assertEquals(await read(() => new Response(" \n")), { problem: "empty" });
});

Deno.test("a file that is too large is not read, nor believed when its size was wrong", async () => {
  let asked = 0;
  const large = () => {
    asked++;
    return new Response("x".repeat(TEXT_FILE_BYTES + 1));
  };
  assertEquals(await read(large, { size: TEXT_FILE_BYTES + 1 }), { problem: "tooLarge" });
  assertEquals(asked, 0);
  assertEquals(await read(large), { problem: "tooLarge" });
  assertEquals(await read(() => new Response("x".repeat(TEXT_FILE_BYTES)), { size: TEXT_FILE_BYTES }), {
    text: "x".repeat(TEXT_FILE_BYTES),
  });
});

Deno.test("a file that Discord does not give, or not in time, is unreachable", async () => {
  const gone = await assertRejects(() => read(() => new Response("no", { status: 404 })), Failure, "Cannot read");
  assertEquals(gone.kind, "unreachable");
  const impatient = { ...systemClock, after: (_: number, run: () => void) => systemClock.after(20, run) };
  const silent = Promise.withResolvers<Response>();
  const late = await assertRejects(async () => {
    setTimeout(() => silent.resolve(new Response("late")), 60);
    await read(() => silent.promise, { clock: impatient });
  }, Failure);
  assertEquals(late.kind, "unreachable");
});
