import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { Router } from "@koa/router";
import Koa from "koa";
import type { ResultSetHeader, RowDataPacket } from "mysql2";
import { announce, byId, byName, insert, type NewPatient, openPool } from "./database.ts";

const pool = openPool();
const router = new Router();

router.get("/patients/:id", async (context) => {
  const [[row]] = await pool.execute<RowDataPacket[]>(byId, [Number(context.params.id)]);
  context.status = row ? 200 : 404;
  context.body = row ?? {};
});
router.get("/patients", async (context) => {
  const [items] = await pool.execute<RowDataPacket[]>(byName, [`${String(context.query.familyName)}%`]);
  context.body = { items };
});
router.post("/patients", async (context) => {
  const { familyName, givenName, birthDate } = (await json(context.req)) as NewPatient;
  const [{ insertId }] = await pool.execute<ResultSetHeader>(insert, [familyName, givenName, birthDate, null, null]);
  context.status = 201;
  context.body = { id: insertId, familyName, givenName, birthDate };
});
const server = new Koa()
  .use(router.routes())
  .listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
