import {
  autoscaled,
  type ClinicProps,
  copyTo,
  createZone,
  email,
  gib,
  imageByDigest,
  localState,
  mib,
  percent,
  type StandbyChoice,
  s3State,
} from "./index.ts";

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
  notify: "nobody",
};

/** A sound second region for {@link exampleProps}. */
export const exampleStandby: StandbyChoice = {
  region: "eu-central-1",
  zones: ["eu-central-1a", "eu-central-1b"],
  network: { cidr: "10.1.0.0/16", nat: "per-zone" },
};

/** A sound environment for production, in two regions. */
export const productionProps: ClinicProps = {
  ...exampleProps,
  production: true,
  state: s3State("states", { region: "eu-central-1" }),
  notify: [email("ops@example.com")],
  backup: { keepDays: 35, copy: copyTo("eu-central-1") },
  standby: exampleStandby,
};
