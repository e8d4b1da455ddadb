import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { contract } from "@mainstay/contract";
import type { Logger } from "pino";
import { Problem, problemBody } from "../problem.ts";

/**
 * Answers what never becomes a request of ours (no HTTP, headers too large, late) as everything else is answered, where Node would
 * send a bare status line. The connection ends: nobody knows where on it the next request begins.
 */
export function answerUnread(server: Server, log?: Logger): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === "ECONNRESET" || !socket.writable || hasBegun(socket)) {
      socket.destroy(error);
      return;
    }
    const { status, headers, body } = refusal(reasonOf(error), log, error.code);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.end(`HTTP/1.1 ${status} ${body.title}\r\n${lines.join("\r\n")}\r\n\r\n${JSON.stringify(body)}`, () =>
      socket.destroy(error),
    );
  });
  server.on("checkExpectation", (_: IncomingMessage, response: ServerResponse) => {
    refuse(response, new Problem(417, "Of Expect only 100-continue is understood."), log);
  });
}

/** RFC 9112 wants 400 for it. WHY not left to Node: it answers without a body. */
export function lacksHost({ httpVersion, headers }: IncomingMessage): boolean {
  return httpVersion === "1.1" && headers.host === undefined;
}

export function refuseWithoutHost(response: ServerResponse, log?: Logger): void {
  refuse(response, new Problem(400, "The header Host is missing."), log);
}

function refuse(response: ServerResponse, problem: Problem, log?: Logger): void {
  const { status, headers, body } = refusal(problem, log);
  response.writeHead(status, headers).end(JSON.stringify(body));
}

function refusal(problem: Problem, log: Logger | undefined, code?: string) {
  const requestId = randomUUID();
  const body = problemBody(problem, requestId);
  log?.info({ requestId, status: problem.status, code }, "refused unread");
  const headers = {
    "Content-Type": "application/problem+json",
    "Content-Length": Buffer.byteLength(JSON.stringify(body)),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Request-Id": requestId,
    Connection: "close",
  };
  return { status: problem.status, headers, body };
}

function reasonOf({ code }: NodeJS.ErrnoException): Problem {
  if (code === "HPE_HEADER_OVERFLOW") return new Problem(431, "The headers are too large.");
  if (code === "HPE_CHUNK_EXTENSIONS_OVERFLOW") return new Problem(413, "The extensions of a chunk are too large.");
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return new Problem(408, `The request did not arrive within ${contract.connection.request} s.`);
  }
  return new Problem(400, "This is not a request of HTTP/1.1.");
}

/** WHY a field of Node's own: what is added to an answer that has begun would be taken for a part of it. Node asks the same. */
function hasBegun(socket: Duplex): boolean {
  const { _httpMessage: answer } = socket as { _httpMessage?: ServerResponse | null };
  return answer?.headersSent === true;
}
