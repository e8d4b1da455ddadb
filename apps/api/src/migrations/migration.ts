/** A statement that a server may refuse to this user; the API runs without it, and says what it gives up. */
export interface OptionalStatement {
  readonly sql: string;
  /** Numbers of the errors that mean that the user may not. */
  readonly unless: readonly number[];
  readonly otherwise: string;
}

export type Statement = string | OptionalStatement;

/**
 * A step of the schema.
 *
 * - `expand` only adds. The release before must run beside it: columns it does not know have a default or may be NULL.
 * - `contract` removes what no release in service uses any more; `after` names the release that has stopped using it.
 *
 * Never changed once released. DDL cannot be rolled back, so a migration that was cut short runs again: what is there already
 * counts as done.
 */
export interface Migration {
  /** Sorts by its number, and never changes: the database remembers it. */
  readonly name: string;
  readonly kind: "expand" | { readonly contract: true; readonly after: string };
  readonly statements: readonly Statement[];
}
