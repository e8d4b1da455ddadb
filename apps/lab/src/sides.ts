/** What is compared: the API as it is, and the same over mysql2's pool as it is usually used. */
export const sideNames = ["ours", "naive"] as const;
export type SideName = (typeof sideNames)[number];
