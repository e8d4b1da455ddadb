/**
 * The name in an address of what has `path` below its stack: `network_public-eu-west-1a`.
 *
 * WHY: cdktf adds a hash of the path to every address, which a reviewer has to read over. Paths are unique without it.
 */
export function addressName(path: readonly string[]): string {
  return path.join("_").replaceAll(/[^A-Za-z0-9_-]/g, "-");
}
