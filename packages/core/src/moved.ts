import { TerraformElement, TerraformResource, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import {
  type Adoption,
  blocks,
  formerPath,
  type Move,
  type Moves,
  type Placed,
  problemsOf,
  type Rename,
} from "./move-blocks.ts";
import { report } from "./problem.ts";

/**
 * Has Terraform keep a resource whose address changes: its plan says "has moved", and nothing is destroyed or created.
 *
 * Within one stack; between two see {@link released} and {@link adopted}. May go once every environment was deployed with it.
 */
export function moved(stack: TerraformStack, move: Move): void {
  historyOf(stack).moves.push(move);
}

/**
 * Has Terraform keep all resources of a construct whose id changes, with the AWS names that they have.
 *
 * Stands before the construct is made, and stays as long as the construct: AWS names are made of paths, and this keeps the old one.
 */
export function renamed(stack: TerraformStack, rename: Rename): void {
  const history = historyOf(stack);
  if (find(stack, rename.to.split("/")) !== undefined) history.late.push(rename);
  history.renames.push(rename);
}

/**
 * Has Terraform forget a resource, which stays in AWS as it is: the first half of a move to another stack.
 *
 * May go after the next deployment of every environment.
 */
export function released(stack: TerraformStack, address: string): void {
  historyOf(stack).released.push(address);
}

/**
 * Has Terraform take over a resource that exists in AWS: the second half of a move from another stack.
 *
 * May go after the next deployment of every environment.
 */
export function adopted(stack: TerraformStack, adoption: Adoption): void {
  historyOf(stack).adopted.push(adoption);
}

/** Ids of `construct` and what it is in, below its stack, as they were before every rename. */
export function namingPath(construct: Construct): readonly string[] {
  const stack = TerraformStack.of(construct);
  return formerPath(histories.get(stack)?.renames ?? [], pathBelow(stack, construct));
}

/** WHY: beside the tree, since every name asks for it and hardly any stack has one. */
const histories = new WeakMap<TerraformStack, History>();

function historyOf(stack: TerraformStack): History {
  const history = histories.get(stack) ?? new History(stack, "history");
  histories.set(stack, history);
  return history;
}

/**
 * The blocks of one stack.
 *
 * WHY: not cdktf's `moveFromId`: it holds one former address per resource, refuses a second one, and has nothing for `removed`.
 */
class History extends TerraformElement implements Moves {
  readonly moves: Move[] = [];
  readonly renames: Rename[] = [];
  readonly released: string[] = [];
  readonly adopted: Adoption[] = [];
  readonly late: Rename[] = [];

  constructor(stack: TerraformStack, id: string) {
    super(stack, id);
    // WHY: asked for when the tree is whole; `check` takes problems that are known at once.
    this.node.addValidation({ validate: () => problemsOf(this, this.resources()).map(report) });
  }

  override toTerraform(): object {
    return blocks(this, this.resources());
  }

  private resources(): Placed[] {
    return this.cdktfStack.node
      .findAll()
      .filter((node) => TerraformResource.isTerraformResource(node))
      .map((resource) => ({ type: resource.terraformResourceType, path: pathBelow(this.cdktfStack, resource) }));
  }
}

function pathBelow(stack: TerraformStack, construct: Construct): string[] {
  return construct.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id);
}

function find(scope: Construct, [id, ...rest]: readonly string[]): Construct | undefined {
  if (id === undefined) return scope;
  const child = scope.node.tryFindChild(id);
  return child === undefined ? undefined : find(child, rest);
}
