import { isObject, type Json } from "../read/json.ts";
import type { Change, Plan } from "../read/plan.ts";
import type { Cause, Difference } from "./finding.ts";
import type { Masker } from "./masking/masker.ts";
import { unknown } from "./masking/shown.ts";
import { localAddress, type References } from "./references.ts";
import { type Path, pathText } from "./view.ts";

const reasons: Readonly<Record<string, string>> = {
  replace_because_tainted:
    "It is marked as tainted: an earlier apply failed in the middle of making it, or somebody has marked it.",
  replace_by_request: "The plan was asked to replace it (-replace).",
  replace_by_triggers: "Something in its replace_triggered_by changes.",
  replace_because_cannot_update: "The provider cannot change this in place.",
  delete_because_no_resource_config: "It is not in the code any more.",
  delete_because_no_module: "Its module is not in the code any more.",
  delete_because_wrong_repetition: "The code has count or for_each now and had not, or the other way round.",
  delete_because_count_index: "count is smaller than before: its index is gone.",
  delete_because_each_key: "Its key is not in for_each any more.",
  delete_because_no_move_target: "A moved block leads to an address that is not in the code.",
};

/** Says why Terraform replaces or deletes something. One per plan: it follows references from one resource to another. */
export class Causes {
  readonly #masker: Masker;
  readonly #references: References;
  readonly #replaced: ReadonlySet<string>;

  constructor(plan: Plan, references: References, masker: Masker) {
    this.#masker = masker;
    this.#references = references;
    this.#replaced = new Set(
      plan.changes
        .filter(({ action }) => action === "replace" || action === "create" || action === "delete")
        .map(({ address }) => address),
    );
  }

  of(change: Change): Cause | undefined {
    if (change.action !== "replace" && change.action !== "delete") return undefined;
    const { reason } = change;
    const known = reason !== undefined && Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
    const because = known ?? "The plan does not say why.";
    if (change.action === "delete") return { attributes: [], follows: [], because };
    const attributes = change.replacePaths.map((path) => this.#difference(change, path));
    const follows = [
      ...new Set(
        change.replacePaths.flatMap((path, index) =>
          attributes[index]?.after.state === "unknown" ? this.#sources(change, String(path[0] ?? "")) : [],
        ),
      ),
    ];
    if (attributes.length === 0) return { attributes, follows, because };
    const names = attributes.map(({ attribute }) => attribute).join(", ");
    return {
      attributes,
      follows,
      because:
        follows.length > 0
          ? `${names} comes from ${follows.join(", ")}, which is made again.`
          : `${names} cannot be changed in place.`,
    };
  }

  #difference(change: Change, path: Path): Difference {
    const isOpen = at(change.unknown, path) === true || openAbove(change.unknown, path);
    return {
      attribute: this.#masker.text(pathText(path)),
      before: this.#masker.shown(change.type, path, at(change.before, path), at(change.sensitive.before, path, true)),
      after: isOpen
        ? unknown
        : this.#masker.shown(change.type, path, at(change.after, path), at(change.sensitive.after, path, true)),
    };
  }

  #sources(change: Change, attribute: string): string[] {
    return this.#references
      .of(change.module, localAddress(change), attribute)
      .filter((address) => this.#replaced.has(address) && address !== change.address);
  }
}

/** The value below a path; with `marks`, true also where something above it is marked as a whole. */
export function at(root: unknown, path: Path, marks = false): Json | undefined {
  let current = root as Json | undefined;
  for (const step of path) {
    if (marks && current === true) return true;
    if (Array.isArray(current) && typeof step === "number") current = current[step];
    else if (isObject(current) && Object.hasOwn(current, step)) current = current[step];
    else return undefined;
  }
  return current;
}

function openAbove(marks: unknown, path: Path): boolean {
  return at(marks, path, true) === true;
}
