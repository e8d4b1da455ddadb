import { isOffspring, kindOf, parseArn } from "./kinds.ts";
import type { Stray, Tags } from "./match.ts";
import type { Scratch } from "./scratch.ts";
import type { Known } from "./state.ts";

/** What AWS lists with a stack's tags. */
export interface Tagged {
  readonly arn: string;
  readonly tags: Tags;
}

/** Everything that carries `identity`, in every region that the stack works in. */
export async function tagged(scratch: Scratch, identity: Tags): Promise<Tagged[]> {
  const filter = Object.entries(identity).map(([key, value]) => ({ key, values: [value] }));
  const sources = scratch.regions.map((region) => [
    `in-${region}`,
    { provider: scratch.providerOf(region), tag_filter: filter },
  ]);
  const answer = await scratch.ask({ data: { [listing]: Object.fromEntries(sources) } });
  const all = [...answer.values()].flatMap(({ resource_tag_mapping_list: list }) => list as readonly Mapping[]);
  const byArn = new Map(all.map(({ resource_arn: arn, tags }) => [arn, { arn, tags }]));
  return [...byArn.values()].toSorted((one, other) => (one.arn < other.arn ? -1 : 1));
}

const listing = "aws_resourcegroupstaggingapi_resources";

interface Mapping {
  readonly resource_arn: string;
  readonly tags: Tags;
}

/** Tagged, known to no state, and of no kind that recovery understands. */
export type Stranger = Tagged;

/** What is left of `all` without that which states know, and without what AWS services made by themselves. */
export function unknownTo(
  known: Known,
  all: readonly Tagged[],
): { readonly candidates: readonly Stray[]; readonly strangers: readonly Stranger[] } {
  const candidates: Stray[] = [];
  const strangers: Stranger[] = [];
  for (const { arn: text, tags } of all) {
    const arn = parseArn(text);
    if (arn === undefined || isOffspring(arn, tags)) continue;
    const kind = kindOf(arn);
    if (kind === undefined) {
      if (!known.mentions(text)) strangers.push({ arn: text, tags });
      continue;
    }
    const id = kind.id(arn);
    if (known.has({ arn, kind, id })) continue;
    for (const type of kind.types) candidates.push({ arn, kind, type, tags, id });
  }
  return { candidates, strangers };
}

/** Those that exist, each as the one type that it is. */
export async function existing(scratch: Scratch, candidates: readonly Stray[]): Promise<Stray[]> {
  const found = await scratch.existing(candidates.map((stray) => ({ ...stray, region: stray.arn.region })));
  return found.map(({ region: _region, ...stray }) => stray);
}
