/** A certificate authority of one's own, and a server certificate by it, made anew for each double. */
import "reflect-metadata"; // Has to come before @peculiar/x509, whose dependency injection rests on it.
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const HOUR_MS = 3_600_000;

/** All PEM. */
export interface ServerCertificate {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Valid for a day and for the names and addresses of this machine. */
export async function makeCertificate(nowMs: number, addresses: readonly string[]): Promise<ServerCertificate> {
  const authority = await makeAuthority(nowMs);
  const { publicKey, privateKey } = await newKeys();
  const cert = await X509CertificateGenerator.create({
    ...validity(nowMs),
    subject: "CN=kube-apiserver",
    issuer: authority.certificate.subject,
    publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        ...addresses.map((value) => ({ type: "ip", value }) as const),
      ]),
    ],
  });
  return {
    ca: authority.certificate.toString("pem"),
    cert: cert.toString("pem"),
    key: PemConverter.encode(await crypto.subtle.exportKey("pkcs8", privateKey), "PRIVATE KEY"),
  };
}

async function makeAuthority(nowMs: number): Promise<{ certificate: X509Certificate; privateKey: CryptoKey }> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity(nowMs),
    name: `CN=kubernetes ${crypto.randomUUID()}`,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  });
  return { certificate, privateKey: keys.privateKey };
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

function validity(nowMs: number) {
  return { notBefore: new Date(nowMs - HOUR_MS), notAfter: new Date(nowMs + 24 * HOUR_MS) };
}
