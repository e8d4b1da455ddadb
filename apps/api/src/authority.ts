import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import * as driver from "mysql2";

// WHY: exported by the driver, but its typings know only the type of what `new` gives.
const { ConnectionConfig } = driver as unknown as {
  ConnectionConfig: Pick<driver.ConnectionConfig, "getSSLProfile">;
};

/** PEM certificates that a server's certificate is checked against. */
export type Authority = string | readonly string[];

/** The value of DATABASE_CA that stands for the authorities of Amazon RDS, in every region; the driver brings them along. */
export const amazonRds = "amazon-rds";

/**
 * Reads what `name` stands for: {@link amazonRds}, or the path of a PEM bundle.
 *
 * @throws when the file cannot be read, or does not begin with a certificate
 */
export function readAuthority(name: string): Authority {
  if (name === amazonRds) return ConnectionConfig.getSSLProfile("Amazon RDS").ca;
  const bundle = readFileSync(name, "utf8");
  new X509Certificate(bundle);
  return bundle;
}
