import { makeAdmin } from "./accounts/first-admin.ts";
import { readConfig } from "./config.ts";
import { createDatabase } from "./database.ts";
import { explain } from "./explain.ts";

const [email] = process.argv.slice(2);

try {
  if (email === undefined) throw new TypeError("usage: admin EMAIL");
  const database = createDatabase(readConfig(process.env).database);
  try {
    const { password, existed } = await makeAdmin(database, email);
    console.log(
      `${email} ${existed ? "has a new password" : "is an admin"}. The password for the first sign-in, shown once:\n${password}`,
    );
  } finally {
    await database.close();
  }
} catch (error) {
  console.error(error instanceof TypeError ? error.message : explain(error));
  process.exitCode = 1;
}
