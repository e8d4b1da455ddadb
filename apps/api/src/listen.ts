import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { contract } from "@mainstay/contract";

/** Answers a request on its own; what it returns is not looked at. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * Opens the port with the timeouts that the load balancer counts on. Resolves when connections are accepted.
 *
 * @param host @default all addresses, IPv6 and IPv4
 * @throws the error of the operating system, for example EADDRINUSE
 */
export async function listen(handle: Handle, port: number, host?: string): Promise<Server> {
  const { keepAlive, headers, request, checkInterval } = contract.connection;
  const server = createServer({ connectionsCheckingInterval: checkInterval * 1000 }, (from, to) => {
    handle(from, to);
  });
  server.keepAliveTimeout = keepAlive * 1000;
  // WHY: as properties, since `createServer` refuses a `headersTimeout` above `requestTimeout`.
  server.headersTimeout = headers * 1000;
  server.requestTimeout = request * 1000;
  server.listen({ port, host });
  await once(server, "listening");
  return server;
}
