/** What tells one state from another: whose history it belongs to, and how far it has come. */
export interface StateId {
  /** Made once, with the state's first version. */
  readonly lineage: string;
  /** Grows with each version. */
  readonly serial: number;
}

/** A state cannot be read, or must not be moved: what to do. */
export class StateError extends Error {}

/** @param where for the message. @throws StateError where the text is no state. */
export function identify(text: string, where: string): StateId {
  const value = parsed(text);
  const { version, lineage, serial } = value;
  if (version !== 4 || typeof lineage !== "string" || typeof serial !== "number") {
    throw new StateError(
      `${where} is no Terraform state of version 4. Take an older version of it: terraform-state/README.md.`,
    );
  }
  return { lineage, serial };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
