import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { contract } from "@mainstay/contract";
import type { Logger } from "pino";
import { answerUnread, lacksHost, refuseWithoutHost } from "./http/unread.ts";

/** Answers a request on its own; what it returns is not looked at. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * Opens the port with the timeouts that the load balancer counts on. Resolves when connections are accepted.
 *
 * @param host @default all addresses, IPv6 and IPv4
 * @param log Told of what is refused before it is a request
 * @throws the error of the operating system, for example EADDRINUSE
 */
export async function listen(handle: Handle, port: number, host?: string, log?: Logger): Promise<Server> {
  const { keepAlive, headers, request, checkInterval } = contract.connection;
  const options = { connectionsCheckingInterval: checkInterval * 1000, requireHostHeader: false };
  const server = createServer(options, (from, to) => {
    if (lacksHost(from)) refuseWithoutHost(to, log);
    else handle(from, to);
  });
  answerUnread(server, log);
  server.keepAliveTimeout = keepAlive * 1000;
  // WHY: as properties, since `createServer` refuses a `headersTimeout` above `requestTimeout`.
  server.headersTimeout = headers * 1000;
  server.requestTimeout = request * 1000;
  server.listen({ port, host });
  await once(server, "listening");
  return server;
}
