import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { deployedTagPrefix, lifecyclePolicy, problems } from "./decisions.ts";

interface Image {
  readonly tags: readonly string[];
  /** Days since its push; each image has its own. */
  readonly age: number;
}

describe("the lifecycle", () => {
  const build = fc.stringMatching(/^[0-9a-f]{7}$/);
  const keep = fc.integer({ min: 2, max: 10 });
  const builds = fc.array(build, { minLength: 0, maxLength: 60 });

  it("never expires the running image, however many others were built since", () => {
    fc.assert(
      fc.property(builds, keep, (later, count) => {
        const running = { tags: ["1f6a09c", `${deployedTagPrefix}1f6a09c`], age: later.length };
        const others = later.map((tag, index) => ({ tags: [tag], age: index }));
        expect(expired([...others, running], count)).not.toContain(running);
      }),
    );
  });

  it("keeps the newest images, that many and at most as many deployed ones more", () => {
    const kinds = fc.array(fc.boolean(), { maxLength: 60 });
    fc.assert(
      fc.property(kinds, keep, (deployed, count) => {
        const images = deployed.map((is, age) => ({ tags: [is ? `${deployedTagPrefix}${age}` : `build-${age}`], age }));
        const gone = expired(images, count);
        expect(gone.filter(({ age }) => age < count)).toEqual([]);
        const kept = images.filter((image) => !gone.includes(image));
        expect(kept.filter(({ age }) => age >= count).length).toBeLessThanOrEqual(count);
      }),
    );
  });

  it("expires images without a tag after two weeks", () => {
    const image = (age: number): Image => ({ tags: [], age });
    const [young, old] = [image(13), image(15)];
    expect(expired([young, old], 2)).toEqual([old]);
  });
});

describe("problems", () => {
  it("take every name that ECR takes", () => {
    for (const name of ["api", "clinic/api", "a-b.c_d/e1"]) expect(problems({ name })).toEqual([]);
    for (const name of ["", "a", "API", "a//b", "-a", "a-", "a b", "x".repeat(257)]) {
      expect(problems({ name })).toEqual([expect.objectContaining({ property: "name", got: name })]);
    }
  });

  it("want something to roll back to", () => {
    for (const keep of [0, 1, 1.5, 1001]) expect(problems({ keep })).toHaveLength(1);
    for (const keep of [2, 1000]) expect(problems({ keep })).toEqual([]);
  });
});

/**
 * ECR's own rules, as its guide states them: each rule counts every image that it matches, in order of age, and an image that a
 * rule of higher priority matches is never expired by a later one.
 */
function expired(images: readonly Image[], keep: number): Image[] {
  const claimed = new Set<Image>();
  return lifecyclePolicy(keep)
    .rules.toSorted((one, other) => one.rulePriority - other.rulePriority)
    .flatMap(({ selection }) => {
      const matching = images.filter((image) => matches(image, selection));
      const marked =
        selection.countType === "sinceImagePushed"
          ? matching.filter(({ age }) => age > selection.countNumber)
          : matching.toSorted((one, other) => one.age - other.age).slice(selection.countNumber);
      const mine = marked.filter((image) => !claimed.has(image));
      for (const image of matching) claimed.add(image);
      return mine;
    });
}

type Selection = ReturnType<typeof lifecyclePolicy>["rules"][number]["selection"];

function matches({ tags }: Image, selection: Selection): boolean {
  if (!("tagPatternList" in selection)) return tags.length === 0;
  return selection.tagPatternList.every((pattern) => {
    const expression = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
    return tags.some((tag) => expression.test(tag));
  });
}
