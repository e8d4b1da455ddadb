import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startProxy, type TcpProxy } from "@mainstay/mysql-resilience/testing";
import { createDatabase } from "../database.ts";
import { startApi, type TestApi } from "../testing/api.ts";
import { type Clinic, staff, startClinic } from "../testing/clinic.ts";

let clinic: Clinic;
let network: TcpProxy;
let api: TestApi;

beforeAll(async () => {
  clinic = await startClinic();
  network = await startProxy(clinic.mariadb.config.port);
  api = await startApi(createDatabase({ ...clinic.mariadb.config, port: network.port }));
});

afterAll(async () => {
  await api?.close();
  await network?.close();
  await clinic?.remove();
});

describe("an upload whose COMMIT is lost", () => {
  it.each(["before", "after"] as const)("%s the server has seen it is kept once, with its file", async (when) => {
    const patient = await clinic.addPatient();
    const path = `/patients/${patient}/documents`;
    network.cutAt("COMMIT", when);
    const upload = await api.request(`${path}?name=report.txt`, {
      method: "POST",
      as: staff.clinician,
      headers: { "Content-Type": "text/plain" },
      body: `written ${when}`,
    });
    expect(upload.status).toBe(201);
    const { id } = (await upload.json()) as { id: number };
    const { items } = (await (await api.request(path, { as: staff.clinician })).json()) as { items: { id: number }[] };
    expect(items.map((document) => document.id)).toEqual([id]);
    const content = await api.request(`/documents/${id}/content`, { as: staff.clinician });
    expect([content.status, await content.text()]).toEqual([200, `written ${when}`]);
  });
});
