/** Something that is paid for, or cannot be accounted for, without need. */
export interface AuditFinding {
  readonly kind: "untagged" | "unused" | "oversized";
  readonly stack: string;
  readonly address: string;
  /** A sentence. */
  readonly why: string;
  /** An instruction. */
  readonly fix: string;
}
