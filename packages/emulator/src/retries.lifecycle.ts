import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startTemporaryAws, type TemporaryAws } from "./temporary.ts";

let aws: TemporaryAws;
beforeAll(async () => {
  aws = await startTemporaryAws();
});
afterAll(async () => {
  await aws.stop();
});

describe("a call that an SDK sends again because it lost the answer", () => {
  it("gets the first answer, and is done once", async () => {
    const first = await createVpc("one", 1);
    expect(await createVpc("one", 2)).toBe(first);
    expect(await createVpc("two", 1)).not.toBe(first);
  });

  it("is done when the first attempt was an error, or never came", async () => {
    await createVpc("three", 1, "10.0.0.0/99");
    expect(await createVpc("three", 2)).toMatch(/^vpc-/);
    expect(await createVpc("four", 2)).toMatch(/^vpc-/);
  });
});

async function createVpc(invocation: string, attempt: number, cidr = "10.0.0.0/16"): Promise<string | undefined> {
  const answer = await fetch(aws.endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization:
        "AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0",
      "amz-sdk-invocation-id": invocation,
      "amz-sdk-request": `attempt=${attempt}; max=3`,
    },
    body: new URLSearchParams({ Action: "CreateVpc", Version: "2016-11-15", CidrBlock: cidr }).toString(),
  });
  return /<vpcId>(vpc-[^<]+)/.exec(await answer.text())?.[1];
}
