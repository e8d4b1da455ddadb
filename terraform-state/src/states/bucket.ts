import {
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { Place } from "../account.ts";
import { StateError } from "./state-file.ts";

/** A bucket with states in it, through the AWS SDK: credentials and endpoints are those of any AWS tool. */
export class Bucket {
  readonly #place: Place;
  readonly #client: S3Client;

  constructor(place: Place) {
    this.#place = place;
    this.#client = new S3Client({ region: place.region });
  }

  /** Whether there is such a bucket. @throws StateError where it is somebody else's. */
  async exists(name = this.#place.bucket): Promise<boolean> {
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: name }));
      return true;
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === 404) return false;
      if (status === 301 || status === 403) {
        throw new StateError(
          status === 403
            ? `The bucket ${name} belongs to another account, or you may not see it. Names are unique in the world: choose another one.`
            : `The bucket ${name} is in another region than ${this.#place.region}. Write its region, or choose another name.`,
        );
      }
      throw error;
    }
  }

  /** ARN of the KMS key that it encrypts with; undefined where it has none, or S3's own. */
  async encryptionKey(): Promise<string | undefined> {
    try {
      const { ServerSideEncryptionConfiguration } = await this.#client.send(
        new GetBucketEncryptionCommand({ Bucket: this.#place.bucket }),
      );
      const [rule] = ServerSideEncryptionConfiguration?.Rules ?? [];
      return rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === "ServerSideEncryptionConfigurationNotFoundError")
        return undefined;
      throw error;
    }
  }

  /** The state with this key; undefined where there is none. */
  async read(key: string): Promise<string | undefined> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#place.bucket, Key: key }));
      return await Body?.transformToString();
    } catch (error) {
      if (error instanceof S3ServiceException && ["NoSuchKey", "NoSuchBucket"].includes(error.name)) return undefined;
      throw error;
    }
  }

  /** Writes a state where there is none: all of it or nothing, and never over another. @returns whether it was written. */
  async create(key: string, text: string): Promise<boolean> {
    try {
      await this.#client.send(
        new PutObjectCommand({
          Bucket: this.#place.bucket,
          Key: key,
          Body: text,
          ContentType: "application/json",
          // WHY: two who move at the same time must not overwrite each other; S3 lets one of them through.
          IfNoneMatch: "*",
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException && [409, 412].includes(error.$metadata.httpStatusCode ?? 0)) return false;
      throw error;
    }
  }

  close(): void {
    this.#client.destroy();
  }
}
