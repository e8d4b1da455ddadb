/** Requests per second to each side: what two cores that run everything can answer while they watch. */
export const baseRate = 40;
