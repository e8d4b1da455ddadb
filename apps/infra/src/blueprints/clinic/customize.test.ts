import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { App, TerraformElement, TerraformResource } from "cdktf";
import { type ClinicProps, clinic, fixed, imageByDigest, mib } from "./index.ts";
import { exampleProps, productionProps } from "./testing.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "customize-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const { standby: _standby, ...oneRegion } = productionProps;
const more: Partial<ClinicProps> = {
  network: { ...exampleProps.network, interfaceEndpoints: ["logs", "secretsmanager"] },
  instances: { type: "m7g.xlarge", min: 3, max: 6 },
  services: {
    portal: {
      image: imageByDigest("portal"),
      task: { cpu: 256, memory: mib(512) },
      capacity: fixed(1),
      paths: ["/portal/*"],
      priority: 10,
    },
  },
};

describe("customize", () => {
  it.each<[string, ClinicProps]>([
    ["one region", exampleProps],
    ["one region, with all that there can be", { ...oneRegion, ...more }],
    ["two regions", { ...productionProps, ...more }],
  ])("reaches every resource through fields, with %s", (_, props) => {
    const app = new App({ outdir: folder, stackTraces: false });
    let reached: ReadonlySet<unknown> = new Set();
    const customize: ClinicProps["customize"] = (made) => {
      reached = reachable(made);
    };
    clinic({ ...props, customize }).build(app);
    const resources = app.node.findAll().filter((node) => TerraformResource.isTerraformResource(node));
    expect(resources.length).toBeGreaterThan(150);
    expect(resources.filter((resource) => !reached.has(resource)).map(({ node }) => node.path)).toEqual([]);
  });
});

/** What fields lead to, from construct to construct; a resource is where a way ends. */
function reachable(from: unknown): ReadonlySet<unknown> {
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    // WHY not further: each construct knows its parent, and so all others.
    if (TerraformElement.isTerraformElement(value)) return;
    if (value instanceof Map || Array.isArray(value)) for (const one of value.values()) visit(one);
    else for (const [name, one] of Object.entries(value)) if (name !== "node") visit(one);
  };
  visit(from);
  return seen;
}
