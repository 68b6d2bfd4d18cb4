import { expect, it } from "vitest";
import { ProjectId } from "../ids.ts";
import { decideTrust, decideTrustAnswer, isTrusted, toStanding, type TrustFinding } from "./decide-trust.ts";

const projectId = ProjectId.parse("project-1");
const item = (path: string, sha256: string) => ({ path, sha256 });
const yes = (path: string, sha256: string) => ({ path, sha256, decision: "trust" as const });
const no = (path: string, sha256: string) => ({ path, sha256, decision: "distrust" as const });
const found = (...items: { path: string; sha256: string }[]): TrustFinding => ({ kind: "found", items, digest: "now" });

it.each([
  { name: "no such file: no question", finding: found(), decided: [], state: "nothing" },
  { name: "seen for the first time", finding: found(item("a", "1")), decided: [], state: "undecided" },
  { name: "trusted as it is", finding: found(item("a", "1")), decided: [yes("a", "1")], state: "trusted" },
  { name: "changed since", finding: found(item("a", "2")), decided: [yes("a", "1")], state: "undecided" },
  { name: "changed back", finding: found(item("a", "1")), decided: [yes("a", "1"), yes("a", "2")], state: "trusted" },
  { name: "one more than was trusted", finding: found(item("a", "1"), item("b", "1")), decided: [yes("a", "1")], state: "undecided" },
  { name: "one less than was trusted", finding: found(item("a", "1")), decided: [yes("a", "1"), yes("b", "1")], state: "trusted" },
  { name: "the same content under another name", finding: found(item("b", "1")), decided: [yes("a", "1")], state: "undecided" },
  { name: "a no is remembered", finding: found(item("a", "1")), decided: [no("a", "1")], state: "distrusted" },
  { name: "one no outweighs", finding: found(item("a", "1"), item("b", "1")), decided: [yes("a", "1"), no("b", "1")], state: "distrusted" },
  { name: "a no to other content asks again", finding: found(item("a", "2")), decided: [no("a", "1")], state: "undecided" },
  { name: "a no and something new asks", finding: found(item("a", "1"), item("b", "1")), decided: [no("a", "1")], state: "undecided" },
  { name: "could not be read", finding: { kind: "unknown" as const, reason: "EACCES" }, decided: [yes("a", "1")], state: "unknown" },
])("$name: $state", ({ finding, decided, state }) => {
  expect(decideTrust(finding, decided)).toBe(state);
});

it("allows a start only if there is nothing to trust or everything is trusted", () => {
  const states = ["nothing", "trusted", "distrusted", "undecided", "unknown"] as const;
  expect(states.filter(isTrusted)).toEqual(["nothing", "trusted"]);
});

it("distinguishes changed from new items", () => {
  expect(toStanding(item("a", "2"), [yes("a", "1")])).toBe("changed");
  expect(toStanding(item("b", "2"), [yes("a", "1")])).toBe("new");
});

it.each([
  { name: "a yes applies to everything shown", decision: "trust" as const, digest: "now", decided: [yes("a", "1")], contents: ["a", "b"] },
  { name: "a no leaves what was trusted", decision: "distrust" as const, digest: "now", decided: [yes("a", "1")], contents: ["b"] },
  {
    name: "a no revokes trust if everything was trusted",
    decision: "distrust" as const,
    digest: "now",
    decided: [yes("a", "1"), yes("b", "1")],
    contents: ["a", "b"],
  },
])("$name", ({ decision, digest, decided, contents }) => {
  const state = { projectId, finding: found(item("a", "1"), item("b", "1")), decided };
  expect(decideTrustAnswer(state, { decision, digest })).toEqual({ kind: "accept", contents: contents.map((path) => item(path, "1")) });
});

it("refuses an answer about outdated or unreadable content", () => {
  const finding = found(item("a", "1"));
  expect(decideTrustAnswer({ projectId, finding, decided: [] }, { decision: "trust", digest: "before" })).toEqual({
    kind: "refuse",
    fault: { kind: "trust_changed", projectId },
  });
  const unknown: TrustFinding = { kind: "unknown", reason: "EACCES" };
  expect(decideTrustAnswer({ projectId, finding: unknown, decided: [] }, { decision: "trust", digest: "now" })).toEqual({
    kind: "refuse",
    fault: { kind: "trust_unknown", projectId, reason: "EACCES" },
  });
});
