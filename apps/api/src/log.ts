import { type Logger, type LoggerOptions, pino } from "pino";
import type { LogLevel } from "./config.ts";

/** Routine lines wait for others: until there are so many bytes, or milliseconds have passed. */
const bufferBytes = 4096;
const flushMs = 100;
/** The number that pino gives to that level. */
const warn = 40;

/** JSON lines on stdout, where ECS collects them. */
export function createLog(level: LogLevel): Logger {
  // WHY sync: the default writes in the background, and the last lines before an exit change places.
  // WHY a buffer: a system call for each request costs more than the line.
  const stdout = pino.destination({ dest: 1, sync: true, minLength: bufferBytes });
  setInterval(() => stdout.flush(), flushMs).unref();
  process.on("exit", () => stdout.flushSync());
  const options: LoggerOptions = {
    level,
    base: null,
    formatters: { level: (label) => ({ level: label }) },
    hooks: {
      logMethod(args, method, number) {
        method.apply(this, args);
        // What is not routine is seen at once, also when the process is about to be killed.
        if (number >= warn) stdout.flushSync();
      },
    },
  };
  return pino(options, stdout);
}

export interface ErrorDescription {
  readonly type: string;
  readonly code?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

/**
 * What of an error may be written down.
 *
 * WHY: MySQL quotes values in its messages, and the driver adds the statement with its values: both may name a patient.
 * Of such errors only type, code and place are kept.
 */
export function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const stack = error.stack?.split("\n").filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...("sqlState" in error ? {} : { message: error.message }),
    ...(stack === undefined ? {} : { stack: stack.slice(0, 8).join("\n") }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
