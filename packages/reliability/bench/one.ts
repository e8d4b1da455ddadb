import { readFileSync } from "node:fs";
import { review, toMarkdown, toTerminal } from "../src/index.ts";

// node bench/one.ts FILE: reads, reviews and renders one plan, as a process of its own, and says what it took.

const cpu = () => (({ user, system }) => (user + system) / 1e6)(process.threadCpuUsage());
const [began, cpuBefore] = [performance.now(), cpu()];
const text = readFileSync(process.argv[2] ?? "", "utf8");
const parsed = JSON.parse(text) as unknown;
const read = performance.now();
const result = review([{ stack: "bench", plan: parsed }], { key: "bench" });
const reviewed = performance.now();
const [page = ""] = toMarkdown(result);
const rendered = toTerminal(result).length + page.length;
console.log(
  JSON.stringify({
    bytes: text.length,
    findings: result.findings.length,
    readSeconds: (read - began) / 1000,
    reviewSeconds: (reviewed - read) / 1000,
    renderSeconds: (performance.now() - reviewed) / 1000,
    rendered,
    clockSeconds: (performance.now() - began) / 1000,
    // Of this thread: on a busy machine the clock says more about its neighbours.
    cpuSeconds: cpu() - cpuBefore,
    // Of all threads, with Node's start and the compilation of this code.
    processSeconds: (({ user, system }) => (user + system) / 1e6)(process.cpuUsage()),
    mebibytes: process.resourceUsage().maxRSS / 1024,
  }),
);
