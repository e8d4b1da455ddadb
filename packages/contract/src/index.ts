export { type Contract, contract, variables } from "./contract.ts";
export { type Rule, rules, type Timing } from "./rules.ts";
