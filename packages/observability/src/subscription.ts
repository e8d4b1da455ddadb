import { createHash } from "node:crypto";
import type { Problem } from "@mainstay/core";

/** Somebody who hears what a topic says. */
export type Subscription =
  | { readonly kind: "email"; readonly address: string }
  | { readonly kind: "https"; readonly url: string };

/**
 * A mail for each message. AWS asks the reader to confirm, once; until then nothing is delivered.
 *
 * Nobody is woken by a mail: send pages to a service that rings, by {@link https}.
 */
export const email = (address: string): Subscription => ({ kind: "email", address });

/**
 * A POST for each message, as paging and chat services take them; those confirm by themselves.
 *
 * The URL is in the state and in plans. Where it carries a key that you could not bear to publish, put a receiver of your own before it.
 */
export const https = (url: string): Subscription => ({ kind: "https", url });

/** A topic that nobody reads: it must be said, so that it is never an oversight. */
export const nobody = "nobody";

/** Who hears: at least one, or said to be none. */
export type Subscribers = readonly Subscription[] | typeof nobody;

/** What SNS calls the endpoint of a subscription. */
export function endpointOf(subscription: Subscription): string {
  return subscription.kind === "email" ? subscription.address : subscription.url;
}

const hashLength = 6;

/** A construct id that stands for this subscription alone, wherever it is in a list. */
export function idOf(subscription: Subscription): string {
  const endpoint = endpointOf(subscription);
  const words = endpoint
    .toLowerCase()
    .replace(/^https:/, "")
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  // WHY: `a.b@example.com` and `a-b@example.com` have the same words.
  const hash = createHash("sha256").update(endpoint).digest("hex").slice(0, hashLength);
  return [subscription.kind, ...words, hash].join("-");
}

/** Each once. */
export function distinct(subscribers: Subscribers): readonly Subscription[] {
  if (subscribers === nobody) return [];
  return [...new Map(subscribers.map((subscription) => [idOf(subscription), subscription])).values()];
}

/** What can be wrong with subscribers that a type cannot see. */
export function subscriberProblems(subscribers: Subscribers): Problem[] {
  if (subscribers === nobody) return [];
  if (subscribers.length === 0) {
    return [
      {
        property: "subscribers",
        got: [],
        allowed: 'at least one email(...) or https(...), or "nobody"',
        fix: 'Name who is told. Write "nobody" where it really is nobody.',
      },
    ];
  }
  const ids = subscribers.map(idOf);
  return subscribers.flatMap((subscription, index) => {
    const property = `subscribers[${index}]`;
    const found = endpointProblems(property, subscription);
    if (ids.indexOf(idOf(subscription)) === index) return found;
    return [
      ...found,
      {
        property,
        got: endpointOf(subscription),
        allowed: "each once",
        fix: "Remove the repetition.",
      } satisfies Problem,
    ];
  });
}

function endpointProblems(property: string, subscription: Subscription): Problem[] {
  if (subscription.kind === "email") {
    return isAddress(subscription.address)
      ? []
      : [
          {
            property,
            got: subscription.address,
            allowed: "one mail address like ops@example.com",
            fix: "Write the address alone: no name, no mailto:, no list.",
          },
        ];
  }
  const flaw = urlFlaw(subscription.url);
  return flaw === undefined ? [] : [{ property, ...flaw }];
}

/** As strict as SNS is: something, an @, a host of two labels or more. */
function isAddress(address: string): boolean {
  return /^[^\s@:,;<>"]+@([a-z0-9-]+\.)+[a-z]{2,}$/i.test(address);
}

function urlFlaw(url: string): Omit<Problem, "property"> | undefined {
  const allowed = "a public URL like https://events.example.com/alarms";
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) return { got: url, allowed, fix: "Write the whole URL, with https://." };
  if (parsed.username !== "" || parsed.password !== "") {
    // WHY: the message goes to logs, so that it must not repeat the password.
    return {
      got: `a URL of ${parsed.host} with a password`,
      allowed,
      fix: "Remove the password: state and plans show it to everybody who may read them.",
    };
  }
  if (parsed.protocol !== "https:") {
    return { got: url, allowed, fix: "Use https: a message says what is broken, and where." };
  }
  if (!parsed.hostname.includes("."))
    return { got: url, allowed, fix: "SNS calls from the internet: use a public name." };
  return undefined;
}
