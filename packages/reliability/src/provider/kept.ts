/** An argument that is left out stays as AWS has it. */
export const kept = Symbol("kept");

/** What an argument becomes when it is left out; `null`: it is unset. */
export type WhenLeftOut = string | number | boolean | null | typeof kept;
