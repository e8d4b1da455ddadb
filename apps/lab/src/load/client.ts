import { Agent, type ClientRequest, request } from "node:http";
import { contract } from "@mainstay/contract";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How the body is sent. @default at once */
  readonly pace?: Pace;
}

/** A body that is sent piece by piece. */
export interface Pace {
  /** Milliseconds from the first piece to the last. */
  readonly ms: number;
  /** Half of it is sent, and was not answered: it is under way. */
  readonly half: () => void;
}

/** The body of a slow request has so many pieces. */
const pieces = 16;

/** How long a caller waits, in milliseconds; longer than the API ever takes. */
const patienceMs = contract.database.operationTimeoutMs + 1_000;

/** Sends requests to one port, over connections that are kept. Repeats nothing. */
export interface Client {
  /** Rejects with the error of the socket, whose `code` says what happened. */
  readonly send: (asked: Asked) => Promise<Answer>;
  readonly close: () => void;
}

export function createClient(port: number, token: () => string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 2_000, maxFreeSockets: 200, scheduling: "lifo" });
  return {
    send({ method, path, headers = {}, body, pace }) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const sent = request(
        {
          agent,
          host: "127.0.0.1",
          port,
          method,
          path,
          timeout: patienceMs,
          headers: {
            Authorization: `Bearer ${token()}`,
            ...(body !== undefined && { "Content-Length": String(Buffer.byteLength(body)) }),
            ...headers,
          },
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (part: string) => {
            text += part;
          });
          response.on("error", reject);
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
          );
        },
      );
      sent.on("timeout", () => sent.destroy(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })));
      sent.on("error", reject);
      if (body === undefined || pace === undefined) sent.end(body);
      else sendSlowly(sent, Buffer.from(body), pace);
      return promise;
    },
    close: () => agent.destroy(),
  };
}

function sendSlowly(sent: ClientRequest, body: Buffer, { ms, half }: Pace): void {
  const length = Math.ceil(body.length / pieces);
  let piece = 0;
  const next = () => {
    sent.write(body.subarray(piece * length, (piece + 1) * length));
    piece += 1;
    if (piece === pieces / 2) half();
    if (piece < pieces) return;
    clearInterval(timer);
    sent.end();
  };
  const timer = setInterval(next, ms / (pieces - 1));
  // WHY: who answers before all is there does not want the rest.
  sent.on("response", (response) => response.on("end", () => sent.destroyed || sent.writableEnded || sent.destroy()));
  sent.on("close", () => clearInterval(timer));
  next();
}
