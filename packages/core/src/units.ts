declare const unit: unique symbol;

/** A number that knows its unit, so that days cannot be passed for minutes. At run time it is the plain number. */
type Quantity<Unit extends string> = number & { readonly [unit]: Unit };

export type Gibibytes = Quantity<"GiB">;
export type Mebibytes = Quantity<"MiB">;
export type Percent = Quantity<"%">;
export type Seconds = Quantity<"s">;

export const gib = (amount: number) => amount as Gibibytes;
export const mib = (amount: number) => amount as Mebibytes;
export const percent = (amount: number) => amount as Percent;
export const seconds = (amount: number) => amount as Seconds;
export const minutes = (amount: number) => (amount * 60) as Seconds;
