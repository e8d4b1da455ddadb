import { createHash } from "node:crypto";
import type { Finding } from "./checkov.ts";
import type { Verdict } from "./judge.ts";
import type { Suppression } from "./suppressions.ts";

/**
 * A verdict in SARIF 2.1.0. What a row explains is a result with a suppression that says why and until when.
 *
 * @param file the file that results point at, relative to the repository: code scanning shows a result only where it has one.
 */
export function toSarif({ environment, checked, explained, unexplained }: Verdict, file: string): string {
  const all = [...unexplained.map((finding) => ({ finding, by: undefined })), ...explained];
  const rules = new Map(all.map(({ finding }) => [finding.check, ruleOf(finding)]));
  const ids = [...rules.keys()].toSorted();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Checkov",
            version: checked.version,
            informationUri: "https://www.checkov.io",
            rules: ids.map((id) => rules.get(id)),
          },
        },
        invocations: [{ executionSuccessful: true }],
        results: all.map(({ finding, by }) => ({
          ruleId: finding.check,
          ruleIndex: ids.indexOf(finding.check),
          level: "error",
          message: { text: textOf(`${finding.stack}: ${finding.address}: ${finding.title}`) },
          locations: [
            {
              physicalLocation: locationOf(file, 1),
              logicalLocations: [{ fullyQualifiedName: `${finding.stack}/${finding.address}`, kind: "resource" }],
            },
          ],
          partialFingerprints: { "mainstay/v1": fingerprint(environment, finding) },
          ...(by !== undefined && { suppressions: [suppressionOf(by)] }),
        })),
      },
    ],
  };
  return `${JSON.stringify(log)}\n`;
}

function ruleOf({ check, title, guideline }: Finding): object {
  return {
    id: check,
    shortDescription: { text: textOf(title) },
    ...(guideline !== undefined && { helpUri: guideline }),
    defaultConfiguration: { level: "error" },
    properties: { tags: ["security"], "security-severity": "5.0" },
  };
}

function suppressionOf({ file, line, why, until }: Suppression): object {
  return {
    kind: "external",
    status: "accepted",
    justification: `${why} (until ${until})`,
    location: { physicalLocation: locationOf(file, line) },
  };
}

const locationOf = (file: string, line: number) => ({
  artifactLocation: { uri: file.split("/").map(encodeURIComponent).join("/") },
  region: { startLine: line },
});

const fingerprint = (environment: string, { stack, address, check }: Finding) =>
  createHash("sha256")
    .update(JSON.stringify([environment, stack, address, check]))
    .digest("hex");

/** WHY: `[text](target)` in a message of SARIF is a link. */
const textOf = (text: string) => text.replaceAll("](", "] (");
