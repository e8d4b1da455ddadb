import { connect, type Socket } from "node:net";

/** What one round of load has shown. */
export interface Result {
  /** As expected; all figures but the last two are of these. */
  readonly answers: number;
  readonly perSecond: number;
  /** Milliseconds that half of them took at least. */
  readonly p50: number;
  /** Milliseconds that the slowest hundredth took at least. */
  readonly p99: number;
  /** Answers 503: too much at a time. */
  readonly refused: number;
  /** Answers with another status than these. */
  readonly wrong: number;
}

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** The next request, complete, as bytes of HTTP/1.1. */
  readonly next: () => string;
  readonly expect: number;
}

/**
 * Keeps that many connections busy, each with one request at a time.
 *
 * WHY by hand: on two cores a comfortable client takes more of the machine than the servers that are compared.
 */
export async function load({ port, connections, seconds, next, expect }: Load): Promise<Result> {
  const times: number[] = [];
  let [refused, wrong] = [0, 0];
  const began = performance.now();
  const until = began + seconds * 1000;
  const status = `HTTP/1.1 ${expect} `;

  const worker = () =>
    new Promise<void>((resolve, reject) => {
      const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true });
      let sent = 0;
      let answer = "";
      const ask = () => {
        if (performance.now() >= until) {
          socket.destroy();
          resolve();
          return;
        }
        sent = performance.now();
        socket.write(next());
      };
      socket.on("connect", ask);
      socket.on("error", reject);
      socket.on("data", (data) => {
        answer += data.toString("latin1");
        const length = lengthOf(answer);
        if (length === undefined || answer.length < length) return;
        if (answer.startsWith(status)) times.push(performance.now() - sent);
        else if (answer.startsWith("HTTP/1.1 503 ")) refused += 1;
        else wrong += 1;
        answer = "";
        ask();
      });
    });

  await Promise.all(Array.from({ length: connections }, worker));
  const elapsed = (performance.now() - began) / 1000;
  const sorted = Float64Array.from(times).toSorted();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { answers: times.length, perSecond: times.length / elapsed, p50: at(0.5), p99: at(0.99), refused, wrong };
}

/** Bytes of the whole answer, when its head is there. */
function lengthOf(answer: string): number | undefined {
  const head = answer.indexOf("\r\n\r\n");
  if (head < 0) return undefined;
  const found = answer.slice(0, head).match(/\r\ncontent-length: (\d+)/i);
  return head + 4 + Number(found?.[1] ?? 0);
}
