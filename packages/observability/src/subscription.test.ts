import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  distinct,
  email,
  endpointOf,
  https,
  idOf,
  nobody,
  type Subscription,
  subscriberProblems,
} from "./subscription.ts";

const label = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}[a-z0-9]$/);
const local = fc.stringMatching(/^[A-Za-z0-9._+-]{1,20}$/);
const address = fc.tuple(local, label).map(([who, host]) => email(`${who}@${host}.example.com`));
const url = fc
  .tuple(label, fc.stringMatching(/^(\/[a-z0-9._-]{1,10}){0,3}$/))
  .map(([host, path]) => https(`https://${host}.example.com${path}`));
const subscription: fc.Arbitrary<Subscription> = fc.oneof(address, url);

describe("the id of a subscription", () => {
  it("is another one exactly where the subscription is, and fits an address", () => {
    fc.assert(
      fc.property(subscription, subscription, (a, b) => {
        expect(idOf(a) === idOf(b)).toBe(endpointOf(a) === endpointOf(b));
        expect(idOf(a)).toMatch(/^(email|https)(-[a-z0-9]+)*-[0-9a-f]{6}$/);
      }),
    );
  });

  it("tells apart what reads the same", () => {
    expect(idOf(email("a.b@example.com"))).not.toBe(idOf(email("a-b@example.com")));
    expect(idOf(email("ops@example.com"))).toMatch(/^email-ops-example-com-/);
    expect(idOf(https("https://events.example.com/alarms"))).toMatch(/^https-events-example-com-alarms-/);
  });
});

describe("subscribers", () => {
  it("may be any sound mail addresses and https URLs, each once", () => {
    fc.assert(
      fc.property(fc.uniqueArray(subscription, { minLength: 1, maxLength: 5, selector: endpointOf }), (some) => {
        expect(subscriberProblems(some)).toEqual([]);
        expect(distinct(some)).toEqual(some);
      }),
    );
  });

  it("may be nobody where that is said, and never by an empty list", () => {
    expect(subscriberProblems(nobody)).toEqual([]);
    expect(distinct(nobody)).toEqual([]);
    expect(linesOf([])).toEqual([
      'subscribers is []; allowed: at least one email(...) or https(...), or "nobody". Name who is told. Write "nobody" where it really is nobody.',
    ]);
  });

  it("are refused where SNS or a reader would fail later, all at once", () => {
    expect(
      linesOf([
        email("ops"),
        email("Ops <ops@example.com>"),
        email("a@example.com,b@example.com"),
        email("mailto:ops@example.com"),
        https("events.example.com"),
        https("http://events.example.com"),
        https("https://localhost/alarms"),
        email("ops@example.com"),
        email("ops@example.com"),
      ]).map((line) => line.slice(0, line.indexOf(";"))),
    ).toEqual([
      'subscribers[0] is "ops"',
      'subscribers[1] is "Ops <ops@example.com>"',
      'subscribers[2] is "a@example.com,b@example.com"',
      'subscribers[3] is "mailto:ops@example.com"',
      'subscribers[4] is "events.example.com"',
      'subscribers[5] is "http://events.example.com"',
      'subscribers[6] is "https://localhost/alarms"',
      'subscribers[8] is "ops@example.com"',
    ]);
  });

  it("pain 16: password in state: a URL with one is refused, and not repeated", () => {
    const [line = ""] = linesOf([https("https://ops:swordfish@events.example.com/")]);
    expect(line).toMatch(/^subscribers\[0\] is "a URL of events\.example\.com with a password"/);
    expect(line).not.toContain("swordfish");
  });
});

/** As core reports it; without core, so that this test needs no construct. */
function linesOf(subscribers: readonly Subscription[]): string[] {
  return subscriberProblems(subscribers).map(
    ({ property, got, allowed, fix }) => `${property} is ${JSON.stringify(got)}; allowed: ${allowed}. ${fix}`,
  );
}
