export { AliasRecord, type AliasRecordProps, type AliasTarget } from "./alias-record.ts";
export { Certificate, type CertificateProps } from "./certificate.ts";
export { createZone, DnsZone, type DnsZoneProps, existingZone, type HostedZone, type ZoneChoice } from "./dns-zone.ts";
export { isInZone, isName } from "./domain.ts";
