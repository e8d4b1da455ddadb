export const auditKinds = ["unused", "oversized", "untagged"] as const;

/** Something that is paid for, or cannot be accounted for, without need. */
export interface AuditFinding {
  readonly kind: (typeof auditKinds)[number];
  readonly stack: string;
  readonly address: string;
  /** A sentence. */
  readonly why: string;
  /** An instruction. */
  readonly fix: string;
}
