import type { IncomingHttpHeaders } from "node:http";

/** The span of whoever called, as OpenTelemetry wants it. */
export interface Parent {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote: true;
}

/** From `traceparent` (W3C), or from what an AWS load balancer or X-Ray says in `X-Amzn-Trace-Id`. */
export function parentOf(headers: IncomingHttpHeaders): Parent | undefined {
  const [, trace, span, flags] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text(headers.traceparent)) ?? [];
  if (trace && span && flags) return parent(trace, span, Number.parseInt(flags, 16));
  const amazon = text(headers["x-amzn-trace-id"]);
  const [, seconds, rest] = /\bRoot=1-([0-9a-f]{8})-([0-9a-f]{24})\b/.exec(amazon) ?? [];
  const [, caller] = /\bParent=([0-9a-f]{16})\b/.exec(amazon) ?? [];
  // WHY: the load balancer names a trace and no span; any span id will do to join it.
  return seconds && rest
    ? parent(seconds + rest, caller ?? rest.slice(0, 16), /\bSampled=0\b/.test(amazon) ? 0 : 1)
    : undefined;
}

function parent(traceId: string, spanId: string, traceFlags: number): Parent | undefined {
  const real = /[^0]/.test(traceId) && /[^0]/.test(spanId);
  return real ? { traceId, spanId, traceFlags: traceFlags & 1, isRemote: true } : undefined;
}

function text(header: string | string[] | undefined): string {
  return typeof header === "string" ? header : "";
}
