import { assertEquals, assertThrows } from "@std/assert";
import { Failure } from "../../../src/failure.ts";
import { tlsBytes } from "../../../src/backend/grpc/tls_texts.ts";

function pem(name: string): string {
  return Deno.readTextFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url));
}

Deno.test("a certificate and its key are taken", () => {
  const [ca, cert, key] = [pem("ca.pem"), pem("server.pem"), pem("server.key")];
  const texts = { ca, cert, key };
  assertEquals(tlsBytes(texts), { ca: Buffer.from(ca), cert: Buffer.from(cert), key: Buffer.from(key) });
  assertEquals(tlsBytes({}), { ca: null, cert: null, key: null });
});

Deno.test("what cannot work is refused by the name of the variable", () => {
  const [cert, key] = [pem("server.pem"), pem("server.key")];
  const refused: [Parameters<typeof tlsBytes>[0], string][] = [
    [{ ca: "garbage" }, "BACKEND_TLS_CA_FILE does not hold a certificate"],
    [{ cert }, "together"],
    [{ key }, "together"],
    [{ cert: key, key }, "BACKEND_TLS_CERT_FILE does not hold"],
    [{ cert, key: cert }, "BACKEND_TLS_KEY_FILE does not hold"],
    [{ cert, key: pem("client.key") }, "not the key of the certificate"],
  ];
  for (const [texts, message] of refused) {
    assertEquals(assertThrows(() => tlsBytes(texts), Failure, message).kind, "bad_input");
  }
});
