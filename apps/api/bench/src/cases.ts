import type { Load } from "./load.ts";
import type { Stage } from "./stage.ts";

/** How many patients there are when the requests begin. */
export const patients = 10_000;

const body = JSON.stringify({ familyName: "Lovelace", givenName: "Ada", birthDate: "1815-12-10" });
let key = 0;

/** How many send which request, each the next one when it has its answer. */
export type Case = Pick<Load, "connections" | "next" | "expect">;

/**
 * The requests that are compared, by name.
 *
 * WHY fewer who write: ours does ten of them at a time, and refuses most of 64 that wait for them all the time.
 */
export function cases({ head }: Stage): Readonly<Record<string, Case>> {
  const any = () => 1 + Math.floor(Math.random() * patients);
  return {
    "GET /patients/:id": { connections: 64, expect: 200, next: () => `${head("GET", `/patients/${any()}`)}\r\n` },
    "GET /patients?familyName=Sa": {
      connections: 64,
      expect: 200,
      next: () => `${head("GET", "/patients?familyName=Sa")}\r\n`,
    },
    "POST /patients": {
      connections: 16,
      expect: 201,
      next: () => {
        key += 1;
        return `${head("POST", "/patients")}Content-Type: application/json\r\nContent-Length: ${body.length}\r\nIdempotency-Key: bench-${process.pid}-${key}\r\n\r\n${body}`;
      },
    },
  };
}
