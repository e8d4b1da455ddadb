import { createHash } from "node:crypto";
import { plain, plainJson } from "../../text/plain.ts";

/** A log of SARIF 2.1.0 with one run, as text. */
export function sarifLog(driver: object, run: object): string {
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver },
        // WHY: text of a plan is counted as JavaScript does.
        columnKind: "utf16CodeUnits",
        ...run,
      },
    ],
  };
  return `${plainJson(log)}\n`;
}

/** WHY: `[text](target)` in a message of SARIF is a link. */
export function sarifText(text: string): string {
  return plain(text).replaceAll("](", "] (");
}

/** A line of a file. The reference is relative; a name may hold anything. */
export function sarifPlace(file: string, line = 1): object {
  const parts = file.toWellFormed().split("/").map(encodeURIComponent);
  return { artifactLocation: { uri: file === "" ? "plan" : parts.join("/") }, region: { startLine: line } };
}

/** The same for the same parts, by which code scanning knows a result again. */
export function sarifFingerprints(...parts: readonly (string | undefined)[]): object {
  return { "mainstay/v1": createHash("sha256").update(JSON.stringify(parts)).digest("hex") };
}
