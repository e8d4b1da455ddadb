export { BackupRole, type BackupRoleProps } from "./backup-role.ts";
export { Backups, type BackupsProps } from "./backups.ts";
export { type Copy, copyTo, noCopy } from "./decisions.ts";
export { compliance, governance, type Lock, unlocked } from "./lock.ts";
export { Vault, type VaultProps } from "./vault.ts";
