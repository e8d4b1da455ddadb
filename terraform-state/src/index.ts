export { type Account, AccountError, type AccountProps, account, type Place, sound } from "./account.ts";
export { AccountStack } from "./account-stack.ts";
export { chooseAccount, loadAccounts } from "./accounts.ts";
export { type Delivery, deliveriesOf } from "./deliveries.ts";
