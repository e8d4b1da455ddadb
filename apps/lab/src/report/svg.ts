import { type Sample, succeeded } from "../load/sample.ts";
import type { FaultReport, SideReport } from "./report.ts";

const left = 150;
const width = 760;
const laneHeight = 34;
const gap = 26;
const slots = 120;

const colours = { fine: "#2f7d4f", stale: "#c9a227", busy: "#5b7fb9", rude: "#c0392b" } as const;
type Kind = keyof typeof colours;
const kinds = Object.keys(colours) as Kind[];
const meanings: Readonly<Record<Kind, string>> = {
  fine: "answered",
  stale: "answered from memory",
  busy: "503 with Retry-After",
  rude: "other failures",
};

/** Requests over time, by what became of them: a lane for each side of each fault, with the fault marked. */
export function svgOf(reports: readonly FaultReport[]): string {
  const lanes: string[] = [];
  let top = 70;
  for (const { title, sides } of reports) {
    lanes.push(text(10, top + 2, title, "title"));
    top += 10;
    for (const side of sides) {
      lanes.push(lane(side, top));
      top += laneHeight + 6;
    }
    top += gap;
  }
  const height = top;
  const legend = kinds.map((kind, index) => {
    const x = left + index * 180;
    return `<rect x="${x}" y="34" width="12" height="12" fill="${colours[kind]}"/>${text(x + 18, 44, meanings[kind])}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + width + 20}" height="${height}" viewBox="0 0 ${left + width + 20} ${height}" role="img" aria-labelledby="t">
<title id="t">Requests per second while faults are injected, and what became of them</title>
<style>text{font:12px system-ui,sans-serif;fill:#333}.title{font-weight:600}.small{font-size:10px;fill:#777}</style>
<rect width="100%" height="100%" fill="#fff"/>
${text(10, 22, "What users saw: requests over time, from the moment before a fault to the time after it", "title")}
${legend.join("\n")}
${lanes.join("\n")}
</svg>
`;
}

function lane({ side, samples, moments }: SideReport, top: number): string {
  const end = Math.max(1, ...samples.map((it) => it.at + it.ms));
  const step = end / slots;
  const counts = Array.from({ length: slots }, () => ({ fine: 0, stale: 0, busy: 0, rude: 0 }));
  for (const it of samples) {
    const count = counts[Math.min(slots - 1, Math.floor((it.at + it.ms) / step))];
    if (count !== undefined) count[kindOf(it)] += 1;
  }
  const most = Math.max(1, ...counts.map(({ fine, stale, busy, rude }) => fine + stale + busy + rude));
  const bar = width / slots;
  // WHY one path for each kind: a rectangle for each bar is ten times the file.
  const paths: Record<Kind, string> = { fine: "", stale: "", busy: "", rude: "" };
  for (const [slot, count] of counts.entries()) {
    let y = top + laneHeight;
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
  const at = (ms: number) => left + (Math.min(ms, end) / end) * width;
  const [from, to] = [at(moments.injected), at(moments.healed)];
  const fault = `<rect x="${from.toFixed(1)}" y="${top - 2}" width="${Math.max(2, to - from).toFixed(1)}" height="${laneHeight + 4}" fill="#c0392b" opacity="0.10"/>`;
  const scale = text(
    10,
    top + 28,
    `${(end / 1000).toFixed(0)} s, up to ${Math.round((most / step) * 1000)}/s`,
    "small",
  );
  return `${fault}${bars.join("")}${text(10, top + 14, side)}${scale}`;
}

function kindOf(sample: Sample): Kind {
  if (succeeded(sample)) return sample.outcome === "stale" ? "stale" : "fine";
  return sample.outcome === "busy" ? "busy" : "rude";
}

function text(x: number, y: number, words: string, style?: string): string {
  const safe = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}"${style ? ` class="${style}"` : ""}>${safe}</text>`;
}
