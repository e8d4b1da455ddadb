// oxlint-disable oxc/no-async-endpoint-handlers -- Express 5 hands a rejection on
import type { AddressInfo } from "node:net";
import express from "express";
import type { ResultSetHeader, RowDataPacket } from "mysql2";
import { announce, byId, byName, insert, openPool } from "./database.ts";

const pool = openPool();
const app = express();
app.use(express.json());

app.get("/patients/:id", async (request, response) => {
  const [[row]] = await pool.execute<RowDataPacket[]>(byId, [Number(request.params.id)]);
  if (row) response.json(row);
  else response.status(404).json({});
});
app.get("/patients", async (request, response) => {
  const [items] = await pool.execute<RowDataPacket[]>(byName, [`${request.query.familyName as string}%`]);
  response.json({ items });
});
app.post("/patients", async (request, response) => {
  const { familyName, givenName, birthDate } = request.body;
  const [{ insertId }] = await pool.execute<ResultSetHeader>(insert, [familyName, givenName, birthDate, null, null]);
  response.status(201).json({ id: insertId, familyName, givenName, birthDate });
});
const server = app.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
