/** Something that exists in the local AWS and did not at its start. */
export interface Resource {
  readonly service: string;
  /** `aws` for services without a region. */
  readonly region: string;
  /** The emulator's name for its kind, such as `Subnet`. */
  readonly kind: string;
  readonly id: string;
}

/** What a destroy left behind. */
export interface Leftovers {
  /** Should be gone. Empty after a clean destroy. */
  readonly leftovers: readonly Resource[];
  /** May stay, as it would in AWS, and why. */
  readonly retained: readonly (Resource & { readonly reason: string })[];
}

/** One line each, for a failure message. */
export function describeLeftovers({ leftovers, retained }: Leftovers): string {
  return [
    ...leftovers.map(({ service, region, kind, id }) => `left      ${service} ${region} ${kind} ${id}`),
    ...retained.map(
      ({ service, region, kind, id, reason }) => `retained  ${service} ${region} ${kind} ${id}: ${reason}`,
    ),
  ].join("\n");
}
