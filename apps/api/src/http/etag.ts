import { Problem } from "../problem.ts";

/** The version of something as an entity tag: `"7"`. */
export function etag(version: number): string {
  return `"${version}"`;
}

/**
 * The version that If-Match names.
 *
 * @throws {Problem} 428 when it is absent, 400 when it names something else than one version
 */
export function expectedVersion(header: string | undefined): number {
  if (header === undefined) {
    throw new Problem(428, "Say which version you change: If-Match with the ETag that you read.");
  }
  const version = /^"([1-9]\d{0,9})"$/.exec(header)?.[1];
  if (version === undefined) {
    const at = { header: "If-Match" };
    throw new Problem(400, "If-Match must be one ETag of this API.", {
      fields: [{ at, detail: 'One ETag, for example "7".' }],
    });
  }
  return Number(version);
}

/** The thing was changed by someone else in the meantime. */
export function changedMeanwhile(current: number): Problem {
  return new Problem(412, "Somebody has changed this since you read it. Read it again.", {
    headers: { ETag: etag(current) },
  });
}

/** Whether If-None-Match names `tag`, so that 304 says enough. Weak comparison, as RFC 9110 wants it. */
export function isKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((known) => known.trim() === "*" || known.trim().replace(/^W\//, "") === tag);
}
