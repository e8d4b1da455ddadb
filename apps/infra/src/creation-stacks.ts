/**
 * Runs `work` without the stack trace that cdktf takes for every token: a third of the time and of the memory of a large synthesis,
 * for a line in the messages of its internal errors. Errors keep their own stack traces.
 *
 * WHY: cdktf 0.21 has no switch for it; `stackTraces: false` is about metadata only. cdktn has CDKTN_DISABLE_CREATION_STACK.
 */
export function withoutCreationStacks<Result>(work: () => Result): Result {
  const capture: unknown = Reflect.get(Error, "captureStackTrace");
  // WHY: `new Error()` does not go through here, but cdktf's captureStackTrace does.
  Error.captureStackTrace = () => {};
  try {
    return work();
  } finally {
    Reflect.set(Error, "captureStackTrace", capture);
  }
}
