export { testStack } from "./stack.ts";
export { mistakes, type Synthesized, synthesize } from "./synthesized.ts";
