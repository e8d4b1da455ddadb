import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/**
 * What is in the image besides its base: Node and each package that a bundled file comes from, and no other, in the form of
 * CycloneDX 1.6. The same files give the same text.
 *
 * @param files paths of all that was bundled
 */
export function billOfMaterials(files: readonly string[]): object {
  const found = new Map<string, Package>();
  for (const file of files) {
    const it = packageOf(dirname(file));
    if (it !== undefined && !it.name.startsWith("@mainstay/")) found.set(`${it.name}@${it.version}`, it);
  }
  const packages = [...found.values()].toSorted((a, b) => purl(a).localeCompare(purl(b)));
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "container", name: "mainstay-api" } },
    components: [
      {
        type: "platform",
        name: "node",
        version: process.versions.node,
        purl: `pkg:generic/node@${process.versions.node}`,
      },
      ...packages.map(({ name, version, license }) => ({
        type: "library",
        name,
        version,
        purl: purl({ name, version }),
        ...(license && { licenses: [{ license: { id: license } }] }),
      })),
    ],
  };
}

/** The package that a folder belongs to: the nearest that has a name and a version. */
function packageOf(folder: string): Package | undefined {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const path = join(at, "package.json");
    if (!existsSync(path)) continue;
    const { name, version, license } = JSON.parse(readFileSync(path, "utf8")) as Partial<Package>;
    // Some packages have a package.json without a name in a folder, only to say of which kind its modules are.
    if (name && version) return { name, version, ...(typeof license === "string" && { license }) };
  }
  return undefined;
}

function purl({ name, version }: Package): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}
