import { hashPassword, standardCost } from "./password.ts";

// Says what a hash costs on this machine, so that the cost can follow it: about a quarter of a second is slow for who guesses
// and not for who signs in.
const rounds = 5;
for (const passes of [2, 3, 4, 6, 8, 12]) {
  const cost = { ...standardCost, passes };
  await hashPassword("warm up", cost);
  const start = performance.now();
  for (let round = 0; round < rounds; round += 1) await hashPassword("correct horse battery staple", cost);
  const ms = (performance.now() - start) / rounds;
  const now = passes === standardCost.passes ? "  <- now" : "";
  console.log(`${cost.memory / 1024} MiB, ${String(passes).padStart(2)} passes: ${ms.toFixed(0).padStart(4)} ms${now}`);
}
