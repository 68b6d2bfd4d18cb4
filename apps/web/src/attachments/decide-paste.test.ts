import { expect, it } from "vitest";
import { decidePaste } from "./decide-paste.ts";

const PNG = { name: "image.png", type: "image/png" };

it.each([
  ["plain text", { files: [], text: "hello", html: "" }, "text"],
  ["two megabytes of text", { files: [], text: "x".repeat(2_000_000), html: "" }, "text"],
  ["a screenshot", { files: [PNG], text: "", html: "" }, "files"],
  ["an image of a page, with its markup", { files: [PNG], text: "", html: '<img src="https://example.com/a.png">' }, "files"],
  ["an image of a page, with its address as text", { files: [PNG], text: "https://example.com/a.png", html: '<img src="a">' }, "files"],
  ["a file of a file manager, with its name", { files: [{ name: "a b.pdf", type: "" }], text: "a b.pdf", html: "" }, "files"],
  ["files of a file manager, with their paths", { files: [{ name: "a.c", type: "" }], text: "/home/me/a.c\n", html: "" }, "files"],
  ["cells of a spreadsheet, with a picture of them", { files: [PNG], text: "1\t2", html: "<table><td>1</td></table>" }, "text"],
  ["an address beside a file that is another", { files: [PNG], text: "https://example.com/", html: "<a>text</a>" }, "text"],
])("a paste of %s", (_, pasted, expected) => expect(decidePaste(pasted)).toBe(expected));
