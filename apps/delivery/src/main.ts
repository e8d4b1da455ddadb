import { AccountError } from "@mainstay/terraform-state";
import { commands } from "./commands/all.ts";
import { wordsOf } from "./commands/words.ts";
import { Problem } from "./problem.ts";

const usage = `usage: node apps/delivery/src/main.ts COMMAND ENVIRONMENT [OPTIONS]

The steps of the workflows in .github/workflows. Stacks are read from cdktf.out
(CDKTF_OUTPUT), credentials are those of any AWS tool.

  environments  list them: all, development, or a name
  environment   where the images and roles of one are
  plan          plan and review all stacks          --out, --commit, --image,
                                                    --unchanged
  policy        ask Checkov about those plans       --out, --on
  scan          give both to code scanning          --out, --commit, --ref
  comment       say it in a pull request            --out, --pull
  apply         apply what was approved             --out, --commit, --approved
  deploy        cdktf deploy; never production      --image
  images        print the digests that are deployed
  running       wait until they run                 --image, --patience
  keep          tag what runs, so that ECR keeps it
  put-back      deploy digests that ran before      --before, --applied,
                                                    --patience
  drift         keep an issue about drift           --out, --commit
  destroy       take it down; never production      --confirm

Exit code: 0 well, 1 not, 2 wrong usage.`;

const [name = "", ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  console.error(usage);
  process.exitCode = name === "--help" ? 0 : 2;
} else {
  try {
    process.exitCode = await command(wordsOf(args, process.env), process.env);
  } catch (error) {
    if (!(error instanceof Problem || error instanceof AccountError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
