import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from "node:crypto";

/** A key that signs, or has signed, access tokens. */
export interface SigningKey {
  /** The thumbprint of RFC 7638: the same wherever the same secret is. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public half as it is published. */
  readonly jwk: { readonly kty: "OKP"; readonly crv: "Ed25519"; readonly x: string };
}

/** PKCS #8 of an Ed25519 key, up to the 32 bytes that are the key (RFC 8410). */
const prefix = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * Derives an Ed25519 key from a secret.
 *
 * WHY derived: Secrets Manager generates texts, not keys. All tasks with the same secret have the same key, and nobody has to
 * make, convert or store one.
 */
export function signingKey(secret: string): SigningKey {
  const seed = Buffer.from(hkdfSync("sha256", secret, "", "mainstay access tokens Ed25519", 32));
  const privateKey = createPrivateKey({ key: Buffer.concat([prefix, seed]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey);
  const { x = "" } = publicKey.export({ format: "jwk" });
  const jwk = { kty: "OKP", crv: "Ed25519", x } as const;
  const kid = createHash("sha256")
    .update(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x }))
    .digest("base64url");
  return { kid, privateKey, publicKey, jwk };
}
