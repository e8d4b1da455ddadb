import { type Sample, succeeded } from "../load/sample.ts";
import type { FaultReport, SideReport } from "./report.ts";

const left = 120;
const width = 780;
const right = 30;
const laneHeight = 36;
/** Bars of a lane at most, and milliseconds of each at least: in less time a handful of answers looks like a burst. */
const mostSlots = 130;
const slotMs = 200;
/** Pixels of a letter, about. */
const letter = 7;

const colours = { fine: "#2f7d4f", stale: "#e0b13c", busy: "#5b7fb9", rude: "#c0392b" } as const;
const faultColour = "#e2e5ea";
const ink = "#1f2937";
const paleInk = "#4b5563";

type Kind = keyof typeof colours;
const kinds = Object.keys(colours) as Kind[];
const meanings: Readonly<Record<Kind, string>> = {
  fine: "answered",
  stale: "answered from memory",
  busy: "503 with Retry-After",
  rude: "other failures",
};

type Counts = Readonly<Record<Kind, number>>;

/** What the lanes of one fault share, in milliseconds since it began on each: so that they can be compared. */
interface Frame {
  readonly from: number;
  readonly to: number;
  /** How many bars. */
  readonly slots: number;
}

/** Answers over time, by what they were: a lane for each side of each fault, on one scale, with the fault marked. */
export function svgOf(reports: readonly FaultReport[]): string {
  const parts: string[] = [];
  let top = 92;
  for (const { title, sides } of reports) {
    const frame = frameOf(sides);
    const counts = sides.map((side) => countsOf(side, frame));
    const most = Math.max(1, ...counts.flat().map((it) => kinds.reduce((sum, kind) => sum + it[kind], 0)));
    parts.push(text(10, top, title, "title"));
    top += 10;
    for (const [index, side] of sides.entries()) {
      parts.push(lane(side, counts[index] ?? [], frame, most, top));
      top += laneHeight + 8;
    }
    parts.push(axis(frame, top));
    top += 46;
  }
  const all = left + width + right;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${all}" height="${top}" viewBox="0 0 ${all} ${top}" role="img" aria-labelledby="t">
<title id="t">Answers per second while faults are injected, and what they were</title>
<style>text{font:12px system-ui,"DejaVu Sans",sans-serif;fill:${ink}}.title{font-size:13px;font-weight:600}.small{font-size:11px;fill:${paleInk}}.tick{font-size:11px;fill:${paleInk};text-anchor:middle}</style>
<rect width="100%" height="100%" fill="#fff"/>
${text(10, 24, "Answers per second, by what they were; seconds since the fault began", "title")}
${legend()}
${parts.join("\n")}
</svg>
`;
}

function legend(): string {
  const entries = [...kinds.map((kind) => [colours[kind], meanings[kind]]), [faultColour, "while the fault lasts"]];
  let next = left;
  return entries
    .map(([colour = "", words = ""]) => {
      const x = next;
      next += 18 + letter * words.length + 20;
      return `<rect x="${x}" y="42" width="12" height="12" fill="${colour}"/>${text(x + 18, 52, words)}`;
    })
    .join("\n");
}

/** As much before the fault as each side has, and all that any has after it. */
function frameOf(sides: readonly SideReport[]): Frame {
  const before = sides.map(({ moments: { steady = 0, injected } }) => injected - steady);
  const after = sides.map(({ samples, moments: { injected, healed, finished } }) => {
    const ends = samples.map((it) => it.at + it.ms);
    return (finished ?? Math.max(healed, ...ends)) - injected;
  });
  const from = -Math.min(...before);
  // WHY one more: the last answer is within.
  const to = Math.max(...after) + 1;
  return { from, to, slots: Math.max(1, Math.min(mostSlots, Math.floor((to - from) / slotMs))) };
}

function countsOf({ samples, moments: { injected } }: SideReport, { from, to, slots }: Frame): Counts[] {
  const step = (to - from) / slots;
  const counts = Array.from({ length: slots }, () => ({ fine: 0, stale: 0, busy: 0, rude: 0 }));
  for (const it of samples) {
    const count = counts[Math.floor((it.at + it.ms - injected - from) / step)];
    if (count !== undefined) count[kindOf(it)] += 1;
  }
  return counts;
}

function lane(
  { side, moments: { injected, healed } }: SideReport,
  counts: readonly Counts[],
  frame: Frame,
  most: number,
  top: number,
): string {
  const bar = width / frame.slots;
  const bottom = top + laneHeight;
  // WHY one path for each kind: a rectangle for each bar is ten times the file.
  const paths: Record<Kind, string> = { fine: "", stale: "", busy: "", rude: "" };
  for (const [slot, count] of counts.entries()) {
    let y = bottom;
    for (const kind of kinds) {
      const tall = Math.round((count[kind] / most) * laneHeight * 10) / 10;
      if (tall === 0) continue;
      y -= tall;
      const across = (bar - 0.6).toFixed(1);
      paths[kind] += `M${(left + slot * bar).toFixed(1)} ${y.toFixed(1)}h${across}v${tall}h-${across}z`;
    }
  }
  const bars = kinds
    .filter((kind) => paths[kind] !== "")
    .map((kind) => `<path fill="${colours[kind]}" d="${paths[kind]}"/>`);
  const [begin, end] = [placeOf(0, frame), placeOf(healed - injected, frame)];
  const fault = `<rect x="${begin.toFixed(1)}" y="${top - 3}" width="${Math.max(1, end - begin).toFixed(1)}" height="${laneHeight + 3}" fill="${faultColour}"/>`;
  const start = `<path stroke="${ink}" d="M${begin.toFixed(1)} ${top - 3}v${laneHeight + 3}"/>`;
  const ground = `<path stroke="${paleInk}" stroke-width="0.5" d="M${left} ${bottom}h${width}"/>`;
  const perSecond = Math.round((most * frame.slots * 1000) / (frame.to - frame.from));
  return `${fault}${bars.join("")}${start}${ground}${text(10, top + 14, side)}${text(10, top + 29, `up to ${perSecond}/s`, "small")}`;
}

function axis(frame: Frame, top: number): string {
  const step = stepOf((frame.to - frame.from) / 1000);
  const first = Math.ceil(frame.from / 1000 / step);
  const last = Math.floor(frame.to / 1000 / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
    .map((second) => text(Number(placeOf(second * 1000, frame).toFixed(1)), top + 6, `${second} s`, "tick"))
    .join("");
}

/** Seconds between two ticks, of which there are ten or fewer. */
export function stepOf(seconds: number): number {
  const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600];
  return steps.find((step) => seconds / step <= 10) ?? 3_600;
}

const placeOf = (ms: number, { from, to }: Frame): number =>
  left + ((Math.min(Math.max(ms, from), to) - from) / (to - from)) * width;

function kindOf(sample: Sample): Kind {
  if (succeeded(sample)) return sample.outcome === "stale" ? "stale" : "fine";
  return sample.outcome === "busy" ? "busy" : "rude";
}

function text(x: number, y: number, words: string, style?: string): string {
  const safe = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}"${style ? ` class="${style}"` : ""}>${safe}</text>`;
}
