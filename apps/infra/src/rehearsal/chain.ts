/** The work that nothing else can shorten: each part waits for the one before it. */
export interface Chain {
  readonly seconds: number;
  /** In the order in which they were done. */
  readonly parts: readonly { readonly id: string; readonly seconds: number }[];
}

const nothing: Chain = { seconds: 0, parts: [] };

/**
 * The longest chain among parts that took `seconds`.
 *
 * @param before what a part waits for; it may name others that took no time, whose own waits count. Must have no cycle.
 */
export function longestChain(seconds: ReadonlyMap<string, number>, before: (id: string) => Iterable<string>): Chain {
  const known = new Map<string, Chain>();
  const endingWith = (id: string): Chain => {
    const found = known.get(id);
    if (found !== undefined) return found;
    // WHY: a cycle, which Terraform would refuse, must not hang us.
    known.set(id, nothing);
    const earlier = longest([...before(id)].map(endingWith));
    const own = seconds.get(id);
    const chain =
      own === undefined ? earlier : { seconds: earlier.seconds + own, parts: [...earlier.parts, { id, seconds: own }] };
    known.set(id, chain);
    return chain;
  };
  return longest([...seconds.keys()].map(endingWith));
}

function longest(chains: readonly Chain[]): Chain {
  return chains.reduce((longer, chain) => (chain.seconds > longer.seconds ? chain : longer), nothing);
}
