import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeFlatProgram } from "./flatten.ts";

/**
 * Synthesis of the clinic against a plain cdktf program with the same resources written flat: CPU time and peak memory of the
 * process and its children, in turn, in one run. Prints the ratio of each pair; nothing here fails by being slow.
 */
const rounds = 25;
/** As in cdktf.json, for both. WHY there: provider modules do not say that they are CommonJS, and looking into each costs a tenth. */
const flags = ["--no-experimental-detect-module"];
const here = import.meta.dirname;
const place = resolve(here, "../.results/bench");

interface Usage {
  readonly cpuMs: number;
  readonly peakMiB: number;
}

rmSync(place, { recursive: true, force: true });
mkdirSync(place, { recursive: true });
const ours = { name: "clinic", file: resolve(here, "../src/main.ts"), output: join(place, "ours") };
const flat = { name: "flat", file: join(here, "flat.generated.ts"), output: join(place, "flat") };

measure(ours);
writeFlatProgram(ours.output, flat.file);
measure(flat);
const counts = [ours, flat].map(({ output }) => countOf(output));
const pairs = Array.from({ length: rounds }, () => ({ ours: measure(ours), flat: measure(flat) }));
rmSync(flat.file);

const result = {
  resources: { clinic: counts[0], flat: counts[1] },
  cpuMs: figures(({ cpuMs }) => cpuMs),
  peakMiB: figures(({ peakMiB }) => peakMiB),
  rounds,
  node: process.version,
};
writeFileSync(join(place, "../bench.json"), `${JSON.stringify(result, null, 2)}\n`);
console.log(`synthesis, ${counts[0]} resources against the same ${counts[1]} written flat, medians of ${rounds} pairs`);
for (const [name, figure] of [["CPU, ms", result.cpuMs] as const, ["peak memory, MiB", result.peakMiB] as const]) {
  console.log(
    `  ${name.padEnd(17)} clinic ${figure.clinic}  flat ${figure.flat}  ratio ${figure.ratio} (${figure.low} to ${figure.high})`,
  );
}

function measure({ file, output }: { readonly file: string; readonly output: string }): Usage {
  mkdirSync(output, { recursive: true });
  const command = [join(here, "measure.py"), process.execPath, ...flags, file];
  const { status, stdout, stderr } = spawnSync("python3", command, {
    cwd: resolve(here, ".."),
    env: { ...process.env, CDKTF_OUTDIR: output },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${file} ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout);
}

function figures(of: (usage: Usage) => number) {
  const ratios = pairs.map((pair) => of(pair.ours) / of(pair.flat)).toSorted((a, b) => a - b);
  return {
    clinic: Math.round(median(pairs.map((pair) => of(pair.ours)))),
    flat: Math.round(median(pairs.map((pair) => of(pair.flat)))),
    ratio: median(ratios).toFixed(2),
    low: ratios.at(0)?.toFixed(2),
    high: ratios.at(-1)?.toFixed(2),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function countOf(output: string): number {
  return readdirSync(join(output, "stacks")).reduce((sum, name) => {
    const { resource } = JSON.parse(readFileSync(join(output, "stacks", name, "cdk.tf.json"), "utf8"));
    return sum + Object.values<object>(resource).reduce((inner, named) => inner + Object.keys(named).length, 0);
  }, 0);
}
