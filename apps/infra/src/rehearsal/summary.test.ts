import { describe, expect, it } from "@jest/globals";
import { summary } from "./summary.ts";

describe("summary", () => {
  it("says what stands, who answered, how to look around and how to be rid of it", () => {
    const text = summary({
      environment: "clinic-dev",
      stacks: [
        { stack: "clinic-dev-eu-west-1-network", resources: 68, outputs: {} },
        { stack: "clinic-dev-eu-west-1-edge", resources: 21, outputs: { url: "https://a", servers: ["ns-1"] } },
      ],
      answers: [
        { type: "aws_vpc", service: "ec2", by: "moto", completes: [] },
        { type: "aws_ecs_service", service: "ecs", by: "moto + overlay", completes: ["alarms"] },
      ],
      reportFile: "answered-by.txt",
      deployed: 150.2,
      planned: 12.7,
      endpoint: "http://127.0.0.1:1",
      shellFile: ".mainstay/rehearsal/env.sh",
      idleMinutes: 60,
    });
    expect(text).toContain("89 resources, deployed in 150 s");
    expect(text).toContain("planned again in 13 s with no change");
    expect(text).toContain("clinic-dev-eu-west-1-network   68 resources");
    expect(text).toContain('servers = ["ns-1"]');
    expect(text).toContain("moto (1 resource types), moto + overlay (1 resource types)");
    expect(text).toContain("source .mainstay/rehearsal/env.sh");
    expect(text).toContain("npm stop");
  });
});
