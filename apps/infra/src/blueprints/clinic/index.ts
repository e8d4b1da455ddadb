export { compliance, copyTo, governance, noCopy, unlocked } from "@mainstay/backup";
export { gib, localState, mib, minutes, percent, s3State, seconds } from "@mainstay/core";
export { autoscaled, fixed } from "@mainstay/ecs-service";
export { email, https } from "@mainstay/observability";
export { createZone, existingZone } from "@mainstay/route53";
export { type Clinic, type ClinicRegion, clinic } from "./clinic.ts";
export {
  type ClinicProps,
  type ImageChoice,
  imageByDigest,
  type ServiceChoice,
  type StandbyChoice,
  type TimingChoice,
} from "./props.ts";
