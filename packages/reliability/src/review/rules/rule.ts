import type { Json } from "../../read/json.ts";
import type { Kind } from "../kinds.ts";
import type { Path, View } from "../view.ts";

/** What a rule has found at one change. */
export interface Hit {
  /** Empty where it is about the whole resource. */
  readonly path: Path;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** Sentences. No value of the plan but numbers: values are shown, and masked, beside it. */
  readonly why: string;
}

/** Knows one way in which a change goes wrong. */
export interface Rule {
  /** Words with hyphens; it is published, so it stays. */
  readonly id: string;
  readonly kind: Kind;
  /** Types that it looks at. */
  readonly types: readonly string[] | "all";
  /** A guide of AWS, or of the tool, and its section. */
  readonly source: string;
  /** Attributes that decide. One that is known only when the change is applied is said to be undecided. */
  readonly watches: readonly string[];
  /** It judges what is made, too; others compare with what was there. */
  readonly judgesNew?: true;
  look(view: View): readonly Hit[];
}
