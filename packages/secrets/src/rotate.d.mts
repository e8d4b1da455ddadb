/** What Secrets Manager calls the function with. */
export interface RotationEvent {
  readonly Step: string;
  /** ARN of the secret. */
  readonly SecretId: string;
  /** The version that is about to become the current one. */
  readonly ClientRequestToken: string;
}

interface Context {
  getRemainingTimeInMillis(): number;
}

interface Client {
  // biome-ignore lint/suspicious/noExplicitAny: each command has its own answer.
  send(command: any): Promise<any>;
}

export interface RotationParts {
  readonly secrets: Client;
  readonly rds: Client;
  /** Identifier of the server. */
  readonly database: string | undefined;
  readonly pause: (milliseconds: number) => Promise<void>;
}

export function rotation(parts: RotationParts): (event: RotationEvent, context: Context) => Promise<void>;
export const handler: ReturnType<typeof rotation>;
