export { testApp } from "./app.ts";
export { testStack } from "./stack.ts";
export { mistakes, reference, type Synthesized, synthesize } from "./synthesized.ts";
