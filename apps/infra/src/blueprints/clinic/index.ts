export { gib, localState, mib, percent, s3State } from "@mainstay/core";
export { autoscaled, fixed } from "@mainstay/ecs-service";
export { createZone, existingZone } from "@mainstay/route53";
export { clinic } from "./clinic.ts";
export { type ClinicProps, type ImageChoice, imageByDigest } from "./props.ts";
