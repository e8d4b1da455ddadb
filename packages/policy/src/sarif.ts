import { sarifFingerprints, sarifLog, sarifPlace, sarifText } from "@mainstay/reliability";
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
  const driver = { name: "Checkov", version: checked.version, informationUri: "https://www.checkov.io" };
  return sarifLog(
    { ...driver, rules: ids.map((id) => rules.get(id)) },
    {
      invocations: [{ executionSuccessful: true }],
      results: all.map(({ finding, by }) => ({
        ruleId: finding.check,
        ruleIndex: ids.indexOf(finding.check),
        level: "error",
        message: { text: sarifText(`${finding.stack}: ${finding.address}: ${finding.title}`) },
        locations: [
          {
            physicalLocation: sarifPlace(file),
            logicalLocations: [{ fullyQualifiedName: `${finding.stack}/${finding.address}`, kind: "resource" }],
          },
        ],
        partialFingerprints: sarifFingerprints(environment, finding.stack, finding.address, finding.check),
        ...(by !== undefined && { suppressions: [suppressionOf(by)] }),
      })),
    },
  );
}

function ruleOf({ check, title, guideline }: Finding): object {
  return {
    id: check,
    shortDescription: { text: sarifText(title) },
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
    location: { physicalLocation: sarifPlace(file, line) },
  };
}
