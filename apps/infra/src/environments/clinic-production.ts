import {
  autoscaled,
  clinic,
  copyTo,
  createZone,
  email,
  gib,
  imageByDigest,
  mib,
  percent,
  s3State,
} from "../blueprints/clinic/index.ts";

export default clinic({
  name: "production",
  production: true,
  region: "eu-west-1",
  zones: ["eu-west-1a", "eu-west-1b"],
  domain: { name: "clinic.example.com", zone: createZone("clinic.example.com") },
  state: s3State("clinic-example-terraform-state", { region: "eu-central-1" }),
  cost: { owner: "platform", costCenter: "clinic" },
  network: { cidr: "10.20.0.0/16", nat: "per-zone" },
  instances: { type: "m7g.large", min: 2, max: 6 },
  api: {
    image: imageByDigest("api"),
    task: { cpu: 512, memory: mib(1024) },
    capacity: autoscaled({ min: 2, max: 6, cpu: percent(60) }),
  },
  database: { class: "db.r7g.large", storage: gib(100), backupDays: 14 },
  notify: [email("ops@example.com")],
  backup: { keepDays: 35, copy: copyTo("eu-central-1") },
  standby: {
    region: "eu-central-1",
    zones: ["eu-central-1a", "eu-central-1b"],
    network: { cidr: "10.30.0.0/16", nat: "per-zone" },
  },
});
