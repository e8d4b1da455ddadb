/** What a newcomer needs to know. */
export interface Welcome {
  readonly address: string;
  readonly metrics: string;
  readonly folder: string;
  readonly patients: number;
  readonly email: string;
  /** Absent: it was shown before. */
  readonly password?: string;
  /** The database is somebody else's: nothing was made in it. */
  readonly foreign: boolean;
}

/** Where the clinic is, how to sign in, and two commands to try, ready to paste. */
export function welcome({ address, metrics, folder, patients, email, password, foreign }: Welcome): string {
  const again = "npm run api -- admin";
  return [
    "",
    `The clinic is open at ${address}`,
    "",
    `  documentation   ${address}/docs`,
    `  metrics         ${metrics}`,
    foreign
      ? "  database        yours: the schema was brought up to date, nothing else"
      : `  patients        ${patients}, made up`,
    `  kept in         ${folder}`,
    "",
    `  email           ${email}`,
    `  password        ${password ?? `shown at the first start; another: ${again}`}`,
    "",
    "Sign in, then read a patient:",
    "",
    `  TOKEN=$(curl -s ${address}/sessions -H 'Content-Type: application/json' \\`,
    `    -d '{"email": "${email}", "password": "${password ?? "..."}"}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')`,
    `  curl -s ${address}/patients/1 -H "Authorization: Bearer $TOKEN"`,
    "",
    "Ctrl-C closes it. What is in it stays for the next time.",
    "",
  ].join("\n");
}
