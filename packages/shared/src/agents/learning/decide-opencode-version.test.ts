import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decideOpencodeVersion } from "./decide-opencode-version.ts";

it.each([
  ["1.18.33\n", "1.18.33"],
  ["v1.2.3", "1.2.3"],
  ["opencode 1.19.0", "1.19.0"],
  ["  1.18.33 \r\n", "1.18.33"],
  ["1.18.33-beta.2", "1.18.33-beta.2"],
  ["(node:1) Warning: it is experimental\n1.18.33\n", "1.18.33"],
  ["1.18.33\n\n1.18.33\n", "1.18.33"],
])("P12: %j is opencode 1, which is driven", (text, version) => {
  expect(decideOpencodeVersion({ kind: "said", text })).toEqual({ kind: "driven", version, major: 1, note: "" });
});

it.each([
  ["2.0.4\n", "2.0.4"],
  ["opencode v2.1.0", "2.1.0"],
  ["opencode2 2.0.12-next.1", "2.0.12-next.1"],
])("P12: %j is opencode 2, which is driven with data of its own, and that is told", (text, version) => {
  const note = expect.stringContaining("with data of its own, because it would convert yours");
  expect(decideOpencodeVersion({ kind: "said", text })).toEqual({ kind: "driven", version, major: 2, note });
});

const CONVERTS = "opencode 2 converts the data of opencode 1 when it first runs.";

it.each([
  [
    "opencode2 v0.0.0-beta-19192",
    "0.0.0-beta-19192",
    "opencode 0.0.0-beta-19192 is a preview or too old: BooCode works with opencode 1 and 2.",
  ],
  ["0.15.2", "0.15.2", "opencode 0.15.2 is a preview or too old: BooCode works with opencode 1 and 2."],
  ["3.0.0", "3.0.0", "opencode 3.0.0 was not started: BooCode works with opencode 1 and 2 and does not know this one."],
  ["11.18.33", "11.18.33", "opencode 11.18.33 was not started: BooCode works with opencode 1 and 2 and does not know this one."],
  ["", null, `opencode was not started: it did not report its version, and ${CONVERTS}`],
  ["\n \n", null, `opencode was not started: it did not report its version, and ${CONVERTS}`],
  ["local", null, `opencode was not started: it did not report its version, and ${CONVERTS}`],
  ["1", null, `opencode was not started: it did not report its version, and ${CONVERTS}`],
  ["Usage: opencode 1.18.33 <command>", null, `opencode was not started: it did not report its version, and ${CONVERTS}`],
  ["An update to 1.18.34 is available", null, `opencode was not started: it did not report its version, and ${CONVERTS}`],
  ["1.18.33\n2.0.4\n", null, `opencode was not started: it reported several versions, and ${CONVERTS}`],
])("P12: %j is not started, and why is told", (text, version, why) => {
  expect(decideOpencodeVersion({ kind: "said", text })).toEqual({ kind: "refused", version, why });
});

it("P12: one that hangs or fails when asked is not started", () => {
  const silent = `opencode was not started: it did not report its version within 20 s, and ${CONVERTS}`;
  expect(decideOpencodeVersion({ kind: "silent", afterMs: 20_000 })).toEqual({ kind: "refused", version: null, why: silent });
  const failed = `opencode was not started: it did not report its version (exit code 3), and ${CONVERTS}`;
  expect(decideOpencodeVersion({ kind: "failed", how: "exit code 3" })).toEqual({ kind: "refused", version: null, why: failed });
});

it("P12: whatever it says, only a line with a version of opencode 1 starts it on the person's data, and no line with another", () => {
  const line = fc.oneof(fc.string(), fc.constantFrom("1.18.33", "2.0.4", "v1.0.0", "opencode 2.0.0", "1.2", "x1.2.3", "1.2.3 x"));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
      const verdict = decideOpencodeVersion({ kind: "said", text: lines.join("\n") });
      const isOther = lines.includes("2.0.4") || lines.includes("opencode 2.0.0");
      return verdict.kind === "refused" || verdict.major === 2 || (/^1\.\d+\.\d+/.test(verdict.version) && !isOther);
    }),
  );
});
