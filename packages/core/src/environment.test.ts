import { describe, expect, it } from "@jest/globals";
import { App } from "cdktf";
import fc from "fast-check";
import * as v from "valibot";
import { defineBlueprint, type Environment, exactly, report } from "./index.ts";

interface Props {
  readonly name: string;
  readonly zones: readonly string[];
  readonly instances: { readonly min: number; readonly max: number };
  readonly services?: Readonly<Record<string, { readonly size: number }>> | undefined;
}

const built: string[] = [];
const shop = defineBlueprint<Props>({
  blueprint: "shop",
  schema: exactly({
    name: v.pipe(v.string(), v.minLength(1)),
    zones: v.array(v.pipe(v.string(), v.startsWith("eu-"))),
    services: v.optional(v.record(v.string(), exactly({ size: v.number() }))),
    instances: exactly({ min: v.pipe(v.number(), v.integer()), max: v.pipe(v.number(), v.integer()) }),
  }),
  help: {
    name: { allowed: "a name", fix: "Name it." },
    zones: { allowed: "zones", fix: "List zones." },
    "zones[]": { allowed: "a zone of eu-west-1", fix: "Choose one of the region's." },
    instances: { allowed: "min and max", fix: "Give both." },
    services: { allowed: "services by name", fix: "Name each." },
    "services.*.size": { allowed: "a number", fix: "Say how large." },
    "instances.min": { allowed: "a whole number", fix: "Count instances." },
    "instances.max": { allowed: "a whole number", fix: "Count instances." },
  },
  relations: [
    {
      property: "instances.min",
      broken: ({ instances }) => (instances.min > instances.max ? instances.min : undefined),
      allowed: ({ instances }) => `at most instances.max, ${instances.max}`,
      fix: "Lower min or raise max.",
    },
  ],
  build: (_app, { name }) => built.push(name),
});
const sound: Props = { name: "dev", zones: ["eu-west-1a"], instances: { min: 1, max: 2 } };

describe("defineBlueprint", () => {
  it("builds a sound environment under its name", () => {
    const environment = shop(sound);
    expect(environment).toMatchObject({ id: "shop-dev", problems: [] });
    environment.build(new App());
    expect(built).toEqual(["dev"]);
  });

  it("says everything that is wrong at once: values, what is missing, relations", () => {
    const { zones: _left, ...rest } = sound;
    const environment = shop({ ...rest, name: "", instances: { min: 3, max: 2 } } as unknown as Props);
    expect(lines(environment)).toEqual([
      'name is ""; allowed: a name. Name it.',
      "zones is missing; allowed: zones. List zones.",
      "instances.min is 3; allowed: at most instances.max, 2. Lower min or raise max.",
    ]);
  });

  it("explains a property of a record, whatever its key", () => {
    const services = { web: { size: "big", colour: "red" } } as unknown as NonNullable<Props["services"]>;
    expect(lines(shop({ ...sound, services }))).toEqual([
      'services.web.size is "big"; allowed: a number. Say how large.',
      'services.web.colour is "red"; allowed: size. Remove it: there is no such property.',
    ]);
  });

  it("explains an item of a list by its index", () => {
    expect(lines(shop({ ...sound, zones: ["eu-west-1a", "us-east-1a"] }))).toEqual([
      'zones[1] is "us-east-1a"; allowed: a zone of eu-west-1. Choose one of the region\'s.',
    ]);
  });

  it("suggests what an unknown key was meant to be, on every level", () => {
    const environment = shop({
      ...sound,
      zonse: [],
      instances: { ...sound.instances, maximum: 3 },
    } as unknown as Props);
    expect(lines(environment)).toEqual([
      "instances.maximum is 3; allowed: min, max. Did you mean instances.max?",
      "zonse is []; allowed: name, zones, instances, services. Did you mean zones?",
    ]);
  });

  it("never throws, whatever is written", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (zones, instances) => {
        expect(() => shop({ name: "dev", zones, instances } as unknown as Props)).not.toThrow();
      }),
    );
  });
});

function lines({ problems }: Environment): string[] {
  return problems.map(report);
}
