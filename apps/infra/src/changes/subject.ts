import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  describeLeftovers,
  type LocalAws,
  startLocalAws,
  terraformEnvOn,
  type Environment as Variables,
} from "@mainstay/emulator";
import type { ClinicProps } from "../blueprints/clinic/index.ts";
import { Place } from "../rehearsal/place.ts";
import { makeStateBucket, removeStateBucket } from "../rehearsal/state-bucket.ts";
import { inputs } from "./changes.ts";
import { Journey } from "./journey.ts";

/** An environment whose state is in S3, deployed on a local AWS of its own, to be changed. */
export class Subject {
  readonly place: Place;
  readonly journey: Journey;
  private readonly props: ClinicProps;
  private readonly aws: LocalAws;
  /** For Terraform in the directories of `place`. */
  readonly variables: Variables;

  /** Deployed as `props` says. */
  static async deploy(props: ClinicProps): Promise<Subject> {
    const place = new Place(mkdtempSync(join(tmpdir(), "mainstay-changes-")));
    const subject = new Subject(props, place, await startLocalAws({ directory: place.folder, sharedProvider: true }));
    try {
      await makeStateBucket(subject.aws, props);
      // WHY not planned again: the changes do that, of every stack.
      await subject.journey.take({ name: "first", props: (same) => same, updates: [] }, { again: false });
      return subject;
    } catch (error) {
      await subject.stop();
      throw error;
    }
  }

  private constructor(props: ClinicProps, place: Place, aws: LocalAws) {
    this.props = props;
    this.place = place;
    this.aws = aws;
    this.variables = terraformEnvOn(aws);
    this.journey = new Journey(props, place, { ...this.variables, ...inputs });
  }

  /** Takes the environment down and says what is left in AWS; empty: nothing. */
  async destroy(): Promise<string> {
    await this.journey.end();
    await removeStateBucket(this.aws, this.props);
    return describeLeftovers({ ...(await this.aws.leftovers()), retained: [] });
  }

  async stop(): Promise<void> {
    await this.aws.stop();
    rmSync(this.place.folder, { recursive: true, force: true });
  }
}
