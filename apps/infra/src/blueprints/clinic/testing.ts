import { autoscaled, type ClinicProps, createZone, gib, imageByDigest, localState, mib, percent } from "./index.ts";

/** A sound environment, for tests that change one thing of it. */
export const exampleProps: ClinicProps = {
  name: "test",
  region: "eu-west-1",
  zones: ["eu-west-1a", "eu-west-1b"],
  domain: { name: "clinic.example.com", zone: createZone("example.com") },
  state: localState,
  cost: { owner: "team", costCenter: "1" },
  network: { cidr: "10.0.0.0/16", nat: "per-zone" },
  instances: { type: "t4g.medium", min: 2, max: 4 },
  api: {
    image: imageByDigest("api"),
    task: { cpu: 256, memory: mib(512) },
    capacity: autoscaled({ min: 2, max: 4, cpu: percent(60) }),
  },
  database: { class: "db.t4g.medium", storage: gib(20) },
};
