import { plain } from "@mainstay/reliability";
import { Problem } from "../problem.ts";
import { textOf } from "./read-file.ts";

const howTo = "Make the JSON of a plan so: terraform plan -out plan.out && terraform show -json plan.out > plan.json";

/** What `bytes` say as JSON. Throws a {@link Problem} that says what they are instead, and how to make what is wanted. */
export function parseJson(name: string, bytes: Buffer, howToMake = howTo): unknown {
  if (bytes.subarray(0, 2).toString("latin1") === "PK")
    throw new Problem(
      `${name}: This is a saved plan in Terraform's own form. Show it first: terraform show -json ${name} > plan.json`,
    );
  if (bytes.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b])))
    throw new Problem(`${name}: This is compressed. Unpack it first: gunzip.`);
  const text = textOf(bytes);
  if (text.trim() === "") throw new Problem(`${name}: It is empty. ${howToMake}`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Problem(`${name}: ${whyNot(text, error as SyntaxError, howToMake)}`);
  }
}

/** The same, where it is the JSON of a plan. */
export function parsePlan(name: string, bytes: Buffer): unknown {
  const json = parseJson(name, bytes);
  const other = whatElse(json);
  if (other !== undefined) throw new Problem(`${name}: ${other}`);
  return json;
}

function whyNot(text: string, error: SyntaxError, howToMake: string): string {
  // WHY only the beginning: what is no plan may be anything, of any length.
  const start = text.trimStart().slice(0, 4000);
  const [first = ""] = start.split("\n", 1);
  if (first.startsWith('{"@level"')) return `This is the log of terraform plan -json, not a plan. ${howToMake}`;
  if (
    /^(Terraform|An execution plan)/.test(plain(first).replaceAll(/\\u\{1b\}\[\d*m/g, "")) ||
    /Terraform will perform/.test(start)
  )
    return `This is what terraform plan prints for people. ${howToMake}`;
  if (
    /^[[{]/.test(start) &&
    /end of JSON|Unterminated|double-quoted property name in JSON at position \d+ \(line|Expected/.test(
      error.message,
    ) &&
    !/[}\]]\s*$/.test(text.slice(-1000))
  )
    return "It ends in the middle: the program that wrote it did not finish, or the file was cut off. Make it again.";
  const place = /line (\d+) column (\d+)/.exec(error.message);
  return `This is not JSON${place === null ? "" : `, at line ${place[1]}, column ${place[2]}`}: it begins with "${plain(first.slice(0, 30))}". ${howToMake}`;
}

/** What valid JSON is that is no plan; undefined for a plan. */
function whatElse(json: unknown): string | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json))
    return `This is JSON, but ${Array.isArray(json) ? "a list" : json === null ? "null" : `a ${typeof json}`}, not a plan. ${howTo}`;
  const has = (key: string) => Object.hasOwn(json, key);
  const fields = json as Readonly<Record<string, unknown>>;
  if (has("serial") && has("lineage"))
    return `This is a state file: it says what is deployed, not what would change. ${howTo}`;
  if (!has("format_version")) {
    if (has("resource") || has("terraform")) return `This is Terraform code in JSON, not a plan. ${howTo}`;
    if (has("findings") && has("blindSpots"))
      return "This is a review already. Compare a plan with it: mainstay verify plan.json --review review.json";
    return `This is JSON, but not a plan: it has no format_version. ${howTo}`;
  }
  const version = fields.format_version;
  if (typeof version !== "string" || !/^1\.\d+$/.test(version))
    return `Its format version is ${plain(JSON.stringify(version) ?? "")}; 1.x is known here. A newer Mainstay may know it.`;
  const isPlan = ["resource_changes", "planned_values", "output_changes", "errored", "complete"].some(has);
  if (!isPlan && has("values"))
    return `This is a state that terraform show -json prints without the name of a plan. ${howTo}`;
  if (!isPlan && has("provider_schemas")) return `These are the schemas of providers, not a plan. ${howTo}`;
  if (has("resource_changes") && !Array.isArray(fields.resource_changes))
    return `Its resource_changes is no list. ${howTo}`;
  return undefined;
}
