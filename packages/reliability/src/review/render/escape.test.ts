import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { plain, plainJson } from "../../text/plain.ts";
import { review } from "../review.ts";
import { hostile } from "../testing/hostile.ts";
import { toJson } from "./json.ts";
import { toMarkdown } from "./markdown.ts";
import { code, inComment, prose } from "./markdown-escape.ts";
import { toSarif } from "./sarif.ts";
import { toTerminal } from "./terminal.ts";

/** As GitHub reads it: HTML, tables, bare links. */
const markdown = new MarkdownIt({ html: true, linkify: true });
type Token = ReturnType<typeof markdown.parse>[number];

function tokensOf(text: string): Token[] {
  return markdown.parse(text, {}).flatMap((token) => [token, ...(token.children ?? [])]);
}

/** The one cell that a text is in. */
const cell = (text: string) => `| a | b |\n| --- | --- |\n| ${text} | end |\n`;

function planOf(texts: readonly string[]): unknown {
  const [address = "", name = "", value = "", reason = "", key = ""] = texts;
  return {
    format_version: "1.2",
    complete: true,
    resource_changes: [
      {
        address,
        mode: "managed",
        type: "aws_db_instance",
        name: "x",
        action_reason: reason,
        previous_address: key,
        change: {
          actions: ["delete", "create"],
          before: { [name]: value, multi_az: true },
          after: { [name]: key, multi_az: false },
          replace_paths: [[name]],
        },
      },
      {
        address: `${address}2`,
        mode: "managed",
        type: key,
        name: "x",
        change: { actions: ["update"], before: { [name]: [value] }, after: { [name]: [key] } },
      },
    ],
    resource_drift: [
      {
        address,
        mode: "managed",
        type: "aws_vpc",
        name: "x",
        change: { actions: ["update"], before: { [name]: value }, after: { [name]: key } },
      },
    ],
    output_changes: { [name]: { actions: ["delete"], before: value, after: null } },
    checks: [{ address: { to_display: address }, status: "fail", instances: [{ problems: [{ message: value }] }] }],
    configuration: { root_module: { resources: [{ address, provisioners: [{}], type: "terraform_remote_state" }] } },
    terraform_version: value,
  };
}

const texts = fc.array(hostile, { minLength: 5, maxLength: 5 });

describe("text of a plan as code", () => {
  it("is one piece of code in one cell, and says what it said", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const tokens = tokensOf(cell(code(text)));
        expect(tokens.filter(({ type }) => /link|image|html_block|fence|heading|list/.test(type))).toEqual([]);
        expect(tokens.filter(({ type }) => type === "td_open")).toHaveLength(2);
        const html = markdown.render(cell(code(text)));
        const inside = /<td><code>(.*?)<\/code><\/td>\s*<td>end<\/td>/s.exec(html)?.[1];
        // In code nothing is looked for, but in the form with references a bare link would be.
        expect(unescaped(inside ?? "").replaceAll("\u200b", "")).toBe(plain(text));
      }),
      { numRuns: 300 },
    );
  });
});

describe("text of a plan as prose", () => {
  it("is nothing but text", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const written = cell(`x ${prose(text)} x`);
        // Bare links and mentions are read from what is written.
        expect(written).not.toMatch(/https?:\/\/|www\.|@/);
        // Mentions, issues and addresses of mail are read from what is rendered.
        expect(markdown.render(written)).not.toMatch(/@\w|#\d|GH-\d/);
        const types = new Set(tokensOf(written).map(({ type }) => type));
        expect(
          [...types].filter((type) => !/^(text|inline|text_special|t[rhd]_|table_|thead_|tbody_)/.test(type)),
        ).toEqual([]);
        const rendered = /<td>x (.*?) x<\/td>/s.exec(markdown.render(written))?.[1] ?? "";
        expect(unescaped(rendered).replaceAll("\u200b", "")).toBe(plain(text));
      }),
      { numRuns: 300 },
    );
  });
});

describe("a whole report", () => {
  it("has no element, link, mention or marker that a plan brought", () => {
    fc.assert(
      fc.property(texts, hostile, (list, stack) => {
        const [page = ""] = toMarkdown(review([{ stack, plan: planOf(list) }], { key: "k" }));
        const tokens = tokensOf(page);
        expect(tokens.filter(({ type }) => /link|image|fence|code_block/.test(type))).toEqual([]);
        const elements = tokens
          .filter(({ type }) => type.startsWith("html_"))
          .flatMap(({ content }) => content.match(/<[^>]*>?/g) ?? []);
        expect(
          elements.filter(
            (element) =>
              !/^<(!-- mainstay-review: [\w%.,!~*()]* --|\/?(details|summary|code|br|em|sub))>$/.test(element),
          ),
        ).toEqual([]);
        expect(page.match(/<!--/g)).toHaveLength(1);
        expect(elements.filter((element) => element === "<details>").length).toBe(
          elements.filter((element) => element === "</details>").length,
        );
        const text = outsideOfCode(tokens);
        expect(text).not.toMatch(/@octocat|evil\.example/);
        expect(page).not.toMatch(unseen);
      }),
      { numRuns: 120 },
    );
  });

  it("obeys nothing and hides nothing in a terminal", () => {
    fc.assert(
      fc.property(texts, hostile, (list, stack) => {
        const text = toTerminal(review([{ stack, plan: planOf(list) }], { key: "k" }), { all: true });
        expect(text).not.toMatch(unseen);
      }),
      { numRuns: 120 },
    );
  });

  it("keeps its own colours", () => {
    const text = toTerminal(review([{ stack: "s", plan: planOf(["a", "b", "c", "d", "\u001b[41m"]) }]), {
      color: true,
    });
    expect(text).toContain("\u001b[1m");
    expect(text).not.toContain("\u001b[41m");
  });
});

describe("JSON and SARIF", () => {
  it("do nothing to a terminal, and say what the plan says", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(plainJson({ text })).not.toMatch(unseen);
        expect(JSON.parse(plainJson({ [text]: [text] }))).toEqual({ [text]: [text] });
      }),
      { numRuns: 120 },
    );
    fc.assert(
      fc.property(texts, hostile, (list, stack) => {
        const result = review([{ stack, plan: planOf(list) }], { key: "k" });
        expect(`${toJson(result)}${toSarif(result)}`).not.toMatch(unseen);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a name in a marker", () => {
  it("cannot end the comment, and another name is another marker", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(inComment(text)).toMatch(/^[\w%.!~*()]*$/);
        expect(decodeURIComponent(inComment(text))).toBe(plain(text));
      }),
    );
  });
});

/** GitHub looks for mentions and the like nowhere in code. */
function outsideOfCode(tokens: readonly Token[]): string {
  let inCode = false;
  const found: string[] = [];
  for (const { type, content } of tokens) {
    if (type === "html_inline" && /^<\/?code>$/.test(content)) inCode = content === "<code>";
    else if (type === "text" && !inCode) found.push(content);
  }
  return found.join(" ");
}

/** Whatever no eye sees, or a terminal obeys; our own line ends aside. */
const unseen = /[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u00a0]--[\n]]/v;

function unescaped(html: string): string {
  return html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}
