import { hashPassword, standardCost } from "./password.ts";

// Says what a hash costs on this machine, so that the cost can follow it: never below what OWASP recommends (2 passes), and not so
// much that those who sign in at the start of a day wait for each other.
const rounds = 5;
for (const passes of [2, 3, 4, 6, 8, 12]) {
  const cost = { ...standardCost, passes };
  await hashPassword("warm up", cost);
  const start = performance.now();
  for (let round = 0; round < rounds; round += 1) await hashPassword("correct horse battery staple", cost);
  const ms = (performance.now() - start) / rounds;
  const now = passes === standardCost.passes ? "  <- now" : passes === 2 ? "  <- the least, by OWASP" : "";
  console.log(`${cost.memory / 1024} MiB, ${String(passes).padStart(2)} passes: ${ms.toFixed(0).padStart(4)} ms${now}`);
}
