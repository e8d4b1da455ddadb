/**
 * AWS services that publish to an SNS topic of the account by themselves, and whether they say for which account they act.
 *
 * EventBridge sends no source keys to KMS (SNS guide, "Enable compatibility between event sources from AWS services and encrypted
 * topics"), and AWS Backup is not documented to: under a condition on them their messages would be dropped without a word.
 */
const services = {
  cloudwatch: { principal: "cloudwatch.amazonaws.com", saysAccount: true },
  budgets: { principal: "budgets.amazonaws.com", saysAccount: true },
  events: { principal: "events.amazonaws.com", saysAccount: false },
  backup: { principal: "backup.amazonaws.com", saysAccount: false },
} as const;

/** Who may publish: CloudWatch alarms, AWS Budgets, rules of EventBridge, AWS Backup. */
export type Publisher = keyof typeof services;

/** Every publisher that is known. */
export const publishers = Object.keys(services) as readonly Publisher[];

/** The principal of a policy statement for `publisher`, on behalf of `account` alone where the service can be held to that. */
export function actingFor(publisher: Publisher, account: string) {
  const { principal, saysAccount } = services[publisher];
  return {
    Principal: { Service: principal },
    ...(saysAccount && { Condition: { StringEquals: { "aws:SourceAccount": account } } }),
  };
}
