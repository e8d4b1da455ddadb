import { describe, expect, it } from "@jest/globals";
import { s3State } from "@mainstay/core";
import { account, deliveriesOf, sound } from "@mainstay/terraform-state";
import { choose } from "./choose.ts";
import { whyNotDestroy } from "./destroy.ts";
import { wordsOf } from "./words.ts";

const props = sound(
  account({
    name: "shop",
    account: "123456789012",
    state: s3State("shop-states", { region: "eu-central-1" }),
    repository: "example/shop",
    environments: {
      "shop-dev": { branch: "main", region: "eu-west-1" },
      "shop-live": { branch: "main", region: "eu-west-1", production: true },
      "shop-prod": { branch: "main", region: "eu-west-1" },
    },
    cost: { owner: "tests", costCenter: "delivery" },
  }),
);

describe("destroying", () => {
  it("is done for an environment whose name was typed", () => {
    expect(whyNotDestroy("shop-dev", "shop-dev", [props])).toBeUndefined();
  });

  it.each([
    ["shop-dev", undefined, "type its name"],
    ["shop-dev", "shop-de", "type its name"],
    ["shop-live", "shop-live", "is production"],
    ["shop-prod", "shop-prod", "is production"],
    ["shop-other", "shop-other", "No account in terraform-state/accounts"],
  ])("is refused for %s where %s was typed", (environment, confirm, why) => {
    expect(whyNotDestroy(environment, confirm, [props])).toContain(why);
  });
});

describe("environments of a workflow", () => {
  const all = deliveriesOf([props]);

  it("are all, those that a push may deploy, or one", () => {
    const names = (which: string) => choose(all, which).map(({ environment }) => environment);
    expect(names("all")).toEqual(["shop-dev", "shop-live", "shop-prod"]);
    expect(names("development")).toEqual(["shop-dev", "shop-prod"]);
    expect(names("shop-live")).toEqual(["shop-live"]);
    expect(() => names("shop")).toThrow("No environment is called shop. There are: shop-dev, shop-live, shop-prod.");
  });
});

describe("words", () => {
  it("take an image by digest only", () => {
    expect(wordsOf(["shop-dev", "--image", `api=sha256:${"a".repeat(64)}`], {}).images).toEqual({
      api: `sha256:${"a".repeat(64)}`,
    });
    expect(wordsOf(["shop-dev", "--image", ""], {}).images).toEqual({});
    expect(() => wordsOf(["shop-dev", "--image", "api=latest"], {})).toThrow("A tag can move");
  });

  it.each<readonly [string[], string]>([
    [[], "Which environment?"],
    [["shop-dev", "--nonsense"], "Unknown option '--nonsense'"],
    [["shop-dev", "--approved", "[1]"], "--approved is no JSON object of texts: [1]"],
    [["shop-dev", "--patience", "soon"], "--patience is soon"],
    [["shop-dev", "--on", "tomorrow"], "--on is tomorrow; allowed: a day, such as 20"],
  ])("%j are refused with what is wrong", (words, why) => {
    expect(() => wordsOf(words, {})).toThrow(why);
  });
});
