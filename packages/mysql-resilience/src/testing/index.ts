/** Real servers, and a network that misbehaves: for tests of what stands on this package. */
export { type KeyPair, selfSigned } from "./certificate.ts";
export { engineInUse } from "./engine.ts";
export { eventually } from "./eventually.ts";
export { type Account, type Mariadb, type Replicated, type ReplicatedOptions, startReplicated } from "./mariadb.ts";
export { freePort } from "./ports.ts";
export { startProxy, type TcpProxy } from "./proxy.ts";
export { createServer, type Server } from "./server.ts";
