import { awsCdk, flat, ours, type Program } from "./programs.ts";
import { median, type Usage } from "./usage.ts";

/** Of each program at a size: the smaller, the more it varies. */
const roundsOf = (environments: number) => (environments <= 1 ? 7 : 3);

/** One program at one size, by medians. */
interface Point extends Usage {
  readonly environments: number;
  readonly resources: number;
  /** Above what the same program takes without an environment. */
  readonly msPerResource: number;
}

/** Synthesis of 1, 10 and 50 environments, and of as many as have 5,000 resources; three programs in turn, in one run. */
export function measureGrowth(): Record<string, Point[]> {
  const programs = [ours, flat(), awsCdk()];
  ours.run(1);
  const sizes = [0, 1, 10, Math.round(5_000 / ours.resources()), 50].toSorted((a, b) => a - b);
  const samples = programs.map((program) => ({ program, bySize: sizes.map((): Usage[] => []), resources: [0] }));
  for (const [index, size] of sizes.entries()) {
    for (let round = 0; round < roundsOf(size); round++) {
      for (const sample of samples) {
        sample.bySize[index]?.push(sample.program.run(size));
        sample.resources[index] = sample.program.resources();
      }
    }
  }
  const points = samples.map(({ program, bySize, resources }) => {
    const [floor = 0] = bySize.map((usages) => median(usages.map(({ cpuMs }) => cpuMs)));
    return [
      program.name,
      bySize.map((usages, index) => point(sizes[index] ?? 0, usages, resources[index] ?? 0, floor)),
    ];
  });
  const growth = Object.fromEntries(points);
  print(growth, programs);
  return growth;
}

function point(environments: number, usages: readonly Usage[], resources: number, floor: number): Point {
  const cpuMs = median(usages.map((usage) => usage.cpuMs));
  return {
    environments,
    resources,
    cpuMs,
    peakMiB: median(usages.map((usage) => usage.peakMiB)),
    msPerResource: resources === 0 ? 0 : (cpuMs - floor) / resources,
  };
}

function print(growth: Readonly<Record<string, readonly Point[]>>, programs: readonly Program[]): void {
  console.log(
    `synthesis of n environments, medians of ${roundsOf(1)} rounds up to 1 and ${roundsOf(10)} above; the first line of each is its start-up floor`,
  );
  console.log("program      environments  resources   CPU ms  ms per resource  peak MiB");
  for (const { name } of programs) {
    for (const { environments, resources, cpuMs, msPerResource, peakMiB } of growth[name] ?? []) {
      const cells = [
        name.padEnd(11),
        String(environments).padStart(13),
        String(resources).padStart(10),
        cpuMs.toFixed(0).padStart(8),
        (resources === 0 ? "" : msPerResource.toFixed(2)).padStart(16),
        peakMiB.toFixed(0).padStart(9),
      ];
      console.log(cells.join(" "));
    }
  }
  const [mine = [], ...others] = programs.map(({ name }) => growth[name] ?? []);
  const ratio = (a: number | undefined, b: number | undefined) => ((a ?? Number.NaN) / (b ?? Number.NaN)).toFixed(2);
  const at = (points: readonly Point[], environments: number) =>
    points.find((one) => one.environments === environments);
  for (const { name } of programs) {
    const { perResource, floor } = line((growth[name] ?? []).filter(({ environments }) => environments > 0));
    console.log(
      `${name}: a line through 1 to 50 environments: ${perResource.toFixed(2)} ms a resource above a floor of ${floor.toFixed(0)} ms`,
    );
  }
  console.log(
    `growth: a resource of 50 environments takes ${ratio(at(mine, 50)?.msPerResource, at(mine, 10)?.msPerResource)} of one of 10 (1 is linear)`,
  );
  for (const [index, other] of others.entries()) {
    const name = programs[index + 1]?.name;
    const ratios = [1, 10, 50].map((count) => {
      const [us, them] = [at(mine, count), at(other, count)];
      return `${count}: CPU ${ratio(us?.cpuMs, them?.cpuMs)}, a resource ${ratio(us?.msPerResource, them?.msPerResource)}, memory ${ratio(us?.peakMiB, them?.peakMiB)}`;
    });
    console.log(`mainstay against ${name}, by environments: ${ratios.join("; ")}`);
  }
}

/**
 * The line that is nearest to all points, by least squares.
 *
 * WHY beside the cost above an app without an environment: what runs once for the first environment, code that is cold, is start-up too.
 */
function line(points: readonly Point[]): { readonly perResource: number; readonly floor: number } {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(({ resources }) => resources)), mean(points.map(({ cpuMs }) => cpuMs))];
  const spread = mean(points.map(({ resources }) => (resources - x) ** 2));
  const together = mean(points.map(({ resources, cpuMs }) => (resources - x) * (cpuMs - y)));
  const perResource = together / spread;
  return { perResource, floor: y - perResource * x };
}
