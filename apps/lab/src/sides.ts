/** What is compared: the API as it is, and the same as it is usually written. */
export const sideNames = ["ours", "naive"] as const;
export type SideName = (typeof sideNames)[number];
