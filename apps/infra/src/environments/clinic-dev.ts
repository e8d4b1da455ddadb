import {
  autoscaled,
  clinic,
  createZone,
  email,
  gib,
  imageByDigest,
  localState,
  mib,
  percent,
} from "../blueprints/clinic/index.ts";

export default clinic({
  name: "dev",
  region: "eu-west-1",
  zones: ["eu-west-1a", "eu-west-1b"],
  domain: { name: "dev.clinic.example.com", zone: createZone("dev.clinic.example.com") },
  state: localState,
  cost: { owner: "platform", costCenter: "clinic-dev" },
  network: { cidr: "10.10.0.0/16", nat: "single" },
  instances: { type: "t4g.medium", min: 2, max: 4 },
  api: {
    image: imageByDigest("api"),
    task: { cpu: 256, memory: mib(512) },
    capacity: autoscaled({ min: 2, max: 4, cpu: percent(60) }),
  },
  database: { class: "db.t4g.medium", storage: gib(20), backupDays: 1, availability: "single-az" },
  notify: [email("platform@example.com")],
  protect: false,
});
