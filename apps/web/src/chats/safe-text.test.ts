import { describe, expect, it } from "vitest";
import { decodeEntities } from "./markdown/decode-entities.ts";
import { toSafeHref } from "./markdown/safe-href.ts";

describe("S6 toSafeHref", () => {
  it.each([
    ["https://example.com/a b", "https://example.com/a%20b"],
    ["HTTP://example.com", "http://example.com/"],
    ["javascript:alert(1)", null],
    ["data:text/html,x", null],
    ["//example.com", null],
    ["/etc/passwd", null],
    ["src/main.ts", null],
    ["file:///etc/passwd", null],
    ["http://", null],
    [" https://example.com", null],
  ])("%s", (href, expected) => {
    expect(toSafeHref(href)).toBe(expected);
  });
});

describe("decodeEntities", () => {
  it.each([
    ["a &amp;&lt;b&gt; &#39;&#x2192;", "a &<b> '→"],
    ["&unknown; &amp", "&unknown; &amp"],
    ["&#0; &#xD800; &#9999999;", "\ufffd \ufffd \ufffd"],
    ["&amp;lt;", "&lt;"],
  ])("%s", (text, expected) => {
    expect(decodeEntities(text)).toBe(expected);
  });
});
