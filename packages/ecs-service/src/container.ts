import { contract, variables } from "@mainstay/contract";
import type { Region } from "@mainstay/core";

/** Where a value of AWS Secrets Manager is; never its content. */
export interface SecretLocation {
  readonly arn: string;
  /**
   * The customer key that encrypts it.
   *
   * @default the account's `aws/secretsmanager`, which needs no permission
   */
  readonly keyArn?: string;
}

/** A value that ECS puts into an environment variable when a task starts. */
export interface SecretReference extends SecretLocation {
  /**
   * The field of a secret that is a JSON object.
   *
   * @default the whole secret
   */
  readonly field?: string;
}

/** Everything about a container that its service decides. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly region: Region;
  readonly logGroup: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretReference>>;
  readonly mounts: readonly Mount[];
  /** Seconds between SIGTERM and SIGKILL. */
  readonly stopTimeout: number;
}

/** A volume of the task, where the container sees it. */
export interface Mount {
  readonly volume: string;
  readonly path: string;
}

/** The only directory of the image's own that can be written to; it starts empty and goes with the task. */
export const scratch: Mount = { volume: "tmp", path: "/tmp" };

/** Variables that the service sets itself. */
export const ownVariables: Readonly<Record<string, string>> = { [variables.port]: String(contract.port) };

/**
 * The one container of a task, as `container_definitions` wants it: no shell, no root, nothing writable but its volumes.
 *
 * Health, ports and timeouts are those of the contract, so that the application agrees with them.
 */
export function containerDefinition({
  name,
  image,
  region,
  logGroup,
  environment,
  secrets,
  mounts,
  stopTimeout,
}: Container) {
  const { command, ...health } = contract.containerHealth;
  return {
    name,
    image,
    essential: true,
    user: `${contract.user}:${contract.user}`,
    readonlyRootFilesystem: true,
    portMappings: [{ containerPort: contract.port, hostPort: contract.port, protocol: "tcp" }],
    environment: Object.entries({ ...environment, ...ownVariables })
      .map(([key, value]) => ({ name: key, value }))
      .toSorted(byName),
    secrets: Object.entries(secrets)
      .map(([key, secret]) => ({ name: key, valueFrom: valueFrom(secret) }))
      .toSorted(byName),
    mountPoints: mounts.map(({ volume, path }) => ({ sourceVolume: volume, containerPath: path, readOnly: false })),
    // WHY: `CMD` is without a shell, so that the image needs none.
    healthCheck: { command: ["CMD", ...command], ...health },
    stopTimeout,
    linuxParameters: {
      // WHY: process 1 of a container ignores SIGTERM unless it handles it, and reaps no children; an init does both.
      initProcessEnabled: true,
      // WHY: nothing that listens above 1024 needs one. With an empty bounding set a set-uid file gains nothing either, and
      // `no-new-privileges` would need agents with SELinux or AppArmor, and does not exist on Fargate (ECS API reference).
      capabilities: { drop: ["ALL"] },
    },
    // WHY: a socket is a file, and the default of a Docker daemon can be 1,024.
    ulimits: [{ name: "nofile", softLimit: 65_535, hardLimit: 65_535 }],
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logGroup,
        "awslogs-region": region,
        "awslogs-stream-prefix": name,
        // WHY: the default mode blocks the application's writes, and so the application, while CloudWatch Logs is out of
        // reach. This one drops lines above the buffer instead (ECS guide, awslogs log driver).
        mode: "non-blocking",
        "max-buffer-size": "25m",
      },
    },
  };
}

/** `arn` or `arn:field::`, where the two last places stand for the current version. */
function valueFrom({ arn, field }: SecretReference): string {
  return field === undefined ? arn : `${arn}:${field}::`;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
