/** Certificates and keys as PEM texts, checked before they are used: the runtime itself would only fail when somebody connects. */
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { Failure } from "../../failure.ts";

export interface TlsTexts {
  /** Whose certificates the other side may have. */
  ca?: string;
  /** The own certificate, and the key that belongs to it. */
  cert?: string;
  key?: string;
}

/** The same as bytes, `null` for what is not there. @throws {Failure} `bad_input` with what is wrong */
export function tlsBytes({ ca, cert, key }: TlsTexts): Record<keyof TlsTexts, Buffer | null> {
  if ((cert === undefined) !== (key === undefined)) {
    throw new Failure("bad_input", "TLS needs BACKEND_TLS_CERT_FILE and BACKEND_TLS_KEY_FILE together, or neither");
  }
  if (ca !== undefined) publicKeyOf(ca, "BACKEND_TLS_CA_FILE");
  if (cert !== undefined && key !== undefined && publicKeyOf(cert, "BACKEND_TLS_CERT_FILE") !== publicHalf(key)) {
    throw new Failure("bad_input", "BACKEND_TLS_KEY_FILE is not the key of the certificate in BACKEND_TLS_CERT_FILE");
  }
  const bytes = (text: string | undefined) => text === undefined ? null : Buffer.from(text);
  return { ca: bytes(ca), cert: bytes(cert), key: bytes(key) };
}

function publicKeyOf(pem: string, variable: string): string {
  return reading(variable, "a certificate", () => {
    return new X509Certificate(pem).publicKey.export({ type: "spki", format: "pem" }).toString();
  });
}

function publicHalf(pem: string): string {
  return reading("BACKEND_TLS_KEY_FILE", "an unencrypted private key", () => {
    return createPublicKey(createPrivateKey(pem)).export({ type: "spki", format: "pem" }).toString();
  });
}

function reading(variable: string, what: string, read: () => string): string {
  try {
    return read();
  } catch (error) {
    throw new Failure("bad_input", `${variable} does not hold ${what} in PEM form`, { cause: error });
  }
}
