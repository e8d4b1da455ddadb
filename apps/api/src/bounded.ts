/** Makes room in a map that may have `most` entries: what was put in first goes first, since a Map keeps the order of insertion. */
export function makeRoom(map: Map<unknown, unknown>, most: number): void {
  for (const oldest of map.keys()) {
    if (map.size < most) return;
    map.delete(oldest);
  }
}
