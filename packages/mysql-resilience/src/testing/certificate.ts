import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

export interface KeyPair {
  readonly certificatePath: string;
  readonly keyPath: string;
  /** PEM, as a client needs it to trust the server. */
  readonly certificate: string;
}

/** Makes a certificate for `host` that vouches for itself, valid for a day, in `directory`. Needs `openssl`. */
export async function selfSigned(directory: string, host: string): Promise<KeyPair> {
  const certificatePath = join(directory, "certificate.pem");
  const keyPath = join(directory, "key.pem");
  await promisify(execFile)("openssl", [
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1".split(" "),
    "-subj",
    `/CN=${host}`,
    "-addext",
    `subjectAltName=DNS:${host}`,
    "-keyout",
    keyPath,
    "-out",
    certificatePath,
  ]);
  return { certificatePath, keyPath, certificate: await readFile(certificatePath, "utf8") };
}
