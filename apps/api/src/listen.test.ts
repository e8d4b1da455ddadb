import { afterEach, describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import { fakeDatabase, startApi, type TestApi } from "./testing/api.ts";

let api: TestApi;
afterEach(() => api.close());

describe("the server", () => {
  it("has the timeouts that the load balancer counts on", async () => {
    api = await startApi(fakeDatabase());
    const { keepAlive, headers, request } = contract.connection;
    expect(api.server).toMatchObject({
      keepAliveTimeout: keepAlive * 1000,
      headersTimeout: headers * 1000,
      requestTimeout: request * 1000,
    });
    const { headers: answered } = await api.request(contract.health.livePath);
    expect(answered.get("keep-alive")).toBe(`timeout=${keepAlive}`);
  });
});
