import * as z from "zod";
import { roles } from "../http/route.ts";
import { id, moment, plainText } from "../http/texts.ts";

/** Written in one way, so that an account has one: lower case, composed. */
export const email = z
  .string("An email address.")
  .transform((text) => text.normalize("NFC").toLowerCase())
  .refine(
    (text) => text.length <= 254 && /^[^\s@<>"(),:;[\]\\\p{Cc}]+@[^\s@<>"(),:;[\]\\\p{Cc}]+\.[^\s@.]+$/u.test(text),
    {
      message: "An email address, as in ada@example.com.",
    },
  )
  .meta({ documented: { type: "string", format: "email", maxLength: 254, examples: ["ada@example.com"] } });

/** WHY at most 128: each character is hashed; WHY no rules on kinds of characters: they make passwords alike. */
const newPassword = z.string("Text.").min(12, "At least 12 characters.").max(128, "At most 128 characters.");
const givenPassword = z.string("Text.").min(1, "A password.").max(128, "At most 128 characters.");
const role = z.enum(roles, `One of ${roles.join(", ")}.`);
const refreshToken = z.string("Text.").regex(/^[\w-]{43}$/, "A refresh token, as a sign-in gives it.");

export const SignIn = z.strictObject({ email, password: givenPassword }).meta({ id: "SignIn" });
export const Refresh = z.strictObject({ refreshToken }).meta({ id: "Refresh" });

export const Session = z
  .strictObject({
    accessToken: z.string().meta({ description: "For the Authorization header, after `Bearer `" }),
    accessTokenExpiresIn: z.int().meta({ description: "Seconds" }),
    refreshToken: z.string().meta({ description: "Good for one refresh. Using it twice ends the session" }),
    sessionExpiresAt: moment,
    mustChangePassword: z.boolean().meta({ description: "True: nothing else is allowed before" }),
  })
  .meta({ id: "Session" });

export const NewAccount = z.strictObject({ email, name: plainText(200), role }).meta({ id: "NewAccount" });
export const AccountChange = z
  .strictObject({ name: plainText(200), role, disabled: z.boolean("true or false.") })
  .meta({ id: "AccountChange" });
export const PasswordChange = z
  .strictObject({ current: givenPassword, next: newPassword })
  .meta({ id: "PasswordChange" });

export const Account = z
  .strictObject({ id, email: z.string(), name: z.string(), role, disabled: z.boolean() })
  .meta({ id: "Account" });
export const Accounts = z.strictObject({ items: z.array(Account) }).meta({ id: "Accounts" });
export const OneTimePassword = z
  .strictObject({
    account: Account,
    password: z.string().meta({ description: "Shown once; good for choosing another" }),
  })
  .meta({ id: "OneTimePassword" });
export const Clinicians = z
  .strictObject({ items: z.array(z.strictObject({ id, name: z.string() })) })
  .meta({ id: "Clinicians" });
export const KeySet = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        kty: z.literal("OKP"),
        crv: z.literal("Ed25519"),
        x: z.string(),
        kid: z.string(),
        use: z.literal("sig"),
        alg: z.literal("EdDSA"),
      }),
    ),
  })
  .meta({ id: "KeySet" });
