import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { ResultSetHeader, RowDataPacket } from "mysql2";
import { announce, byId, byName, insert, type NewPatient, openPool } from "./database.ts";

const pool = openPool();

// Bare: no authentication, no validation but of the id, no log, no metrics, no headers.
const server = createServer((request, response) => {
  const answer = (status: number, body: unknown) => {
    const text = JSON.stringify(body);
    response
      .writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) })
      .end(text);
  };
  const fail = () => answer(500, {});
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
  if (request.method === "POST") {
    create(request).then((patient) => answer(201, patient), fail);
  } else if (pathname === "/patients") {
    pool
      .execute<RowDataPacket[]>(byName, [`${searchParams.get("familyName")}%`])
      .then(([items]) => answer(200, { items }), fail);
  } else {
    const id = Number(pathname.slice("/patients/".length));
    pool.execute<RowDataPacket[]>(byId, [id]).then(([[row]]) => answer(row ? 200 : 404, row ?? {}), fail);
  }
});
async function create(request: IncomingMessage): Promise<object> {
  const { familyName, givenName, birthDate } = (await json(request)) as NewPatient;
  const [{ insertId }] = await pool.execute<ResultSetHeader>(insert, [familyName, givenName, birthDate, null, null]);
  return { id: insertId, familyName, givenName, birthDate };
}

server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
