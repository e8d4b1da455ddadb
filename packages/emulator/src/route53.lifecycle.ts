import { expect, it } from "@jest/globals";
import { awsCli } from "./aws-cli.ts";
import { startTemporaryAws } from "./temporary.ts";

// A fixture cannot show it: Terraform asks for the same record again only after an interrupted deployment.
it("route53: a record that is deleted by a name without a dot can be made again", async () => {
  const aws = await startTemporaryAws();
  const route53 = async (...args: string[]) => await awsCli(aws, ["route53", ...args], "us-east-1");
  try {
    const made = await route53("create-hosted-zone", "--name", "example.com", "--caller-reference", "1");
    const { Id: id } = (made as { readonly HostedZone: { readonly Id: string } }).HostedZone;
    for (const action of ["CREATE", "DELETE", "CREATE"]) {
      const record = { Name: "www.example.com", Type: "A", TTL: 60, ResourceRecords: [{ Value: "192.0.2.1" }] };
      const batch = JSON.stringify({ Changes: [{ Action: action, ResourceRecordSet: record }] });
      await route53("change-resource-record-sets", "--hosted-zone-id", id, "--change-batch", batch);
    }
    const { ResourceRecordSets: records } = (await route53("list-resource-record-sets", "--hosted-zone-id", id)) as {
      readonly ResourceRecordSets: readonly { readonly Type: string }[];
    };
    expect(records.filter(({ Type }) => Type === "A")).toHaveLength(1);
  } finally {
    await aws.stop();
  }
});
