import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { contract } from "@mainstay/contract";
import type { Logger } from "pino";
import { answerUnread, lacksHost, refuseWithoutHost } from "./http/unread.ts";

/** Answers a request on its own; what it returns is not looked at. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Those that are open. */
const connections = new WeakMap<Server, Set<Socket>>();

/**
 * Ends connections on which nothing was asked yet.
 *
 * WHY: Node takes them for busy, and waits for their first request for as long as `headersTimeout`.
 */
export function closeSilentConnections(server: Server): void {
  for (const socket of connections.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy();
}

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
  const open = new Set<Socket>();
  connections.set(server, open);
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  server.keepAliveTimeout = keepAlive * 1000;
  // WHY: as properties, since `createServer` refuses a `headersTimeout` above `requestTimeout`.
  server.headersTimeout = headers * 1000;
  server.requestTimeout = request * 1000;
  server.listen({ port, host });
  await once(server, "listening");
  return server;
}
