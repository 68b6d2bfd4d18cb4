import { describe, expect, it } from "vitest";
import { buildPermission } from "../../testing/build.ts";
import {
  decidePermissionAnswer,
  decidePermissionRequest,
  MAX_OPEN_PERMISSIONS,
  toOfferedOptions,
  toToldOption,
  type RequestFacts,
} from "./decide-permission.ts";

const ROOT = "/worktrees/one";
const asked = buildPermission();
const dangerous = buildPermission({ argv: ["sh", "-c", "make"] });
const wordless = buildPermission({ argv: null });
const rejectAlways = { id: "never", label: "Always reject", kind: "reject_always" as const };
const allowAlwaysToo = { id: "always_server", label: "Always allow the server", kind: "allow_always" as const };
const without = (...kinds: string[]) => asked.options.filter(({ kind }) => !kinds.includes(kind));
const cancelled = { kind: "settle", settlement: { optionId: null, by: "cancelled" } };
const allowsMake = [{ toolKind: "command" as const, argvPrefix: ["make"], path: null }];
const allowsAll = [...allowsMake, { toolKind: "command" as const, argvPrefix: ["sh"], path: null }];

describe("a new request", () => {
  const facts: RequestFacts = { isTurnAlive: true, openInTurn: 0, rules: [], worktreePath: ROOT };
  const byRule = (optionId: string) => ({ kind: "settle", settlement: { optionId, by: "rule" } });
  it.each([
    ["is asked", {}, asked, { kind: "ask" }],
    ["is answered by a rule, once", { rules: allowsMake }, asked, byRule("allow_once")],
    [
      "is asked where the agent can only allow for good",
      { rules: allowsMake },
      { ...asked, options: without("allow_once") },
      { kind: "ask" },
    ],
    [
      "is asked where no option allows",
      { rules: allowsMake },
      { ...asked, options: without("allow_once", "allow_always") },
      { kind: "ask" },
    ],
    ["is asked if it is dangerous, whatever the rules", { rules: allowsAll }, dangerous, { kind: "ask" }],
    ["is asked if there is nothing to match", { rules: allowsAll }, wordless, { kind: "ask" }],
    ["is cancelled when its turn is asked to stop", { isTurnAlive: false, rules: allowsMake }, asked, cancelled],
    ["is cancelled when too many wait", { openInTurn: MAX_OPEN_PERMISSIONS }, asked, cancelled],
    ["is cancelled when it has no options", { rules: allowsMake }, { ...asked, options: [] }, cancelled],
  ])("%s", (_, given, request, decision) => {
    expect(decidePermissionRequest({ ...facts, ...given }, request)).toEqual(decision);
  });
});

describe("an answer", () => {
  const facts = { permission: asked, isAwaited: true, worktreePath: ROOT };
  const byPerson = (optionId: string, remember: unknown[] = []) => ({
    kind: "settle",
    settlement: { optionId, by: "person" },
    remember,
  });
  const key = { toolKind: "command", argvPrefix: ["make", "all"], path: null };
  const settled = { ...asked, optionId: "allow_once", resolvedBy: "person" as const, resolvedAt: 5 };
  const refused = (fault: object) => ({ kind: "refuse", fault });
  it.each([
    ["counts", {}, "allow_once", byPerson("allow_once")],
    ["may reject", {}, "reject_once", byPerson("reject_once")],
    ["for always is remembered", {}, "allow_always", byPerson("allow_always", [key])],
    ["for always is not remembered for what is dangerous", { permission: dangerous }, "allow_always", byPerson("allow_always")],
    ["that was not offered rejects", {}, "nonsense", byPerson("reject_once")],
    [
      "that was not offered cancels if no option rejects",
      { permission: { ...asked, options: without("reject_once") } },
      "nonsense",
      cancelled,
    ],
    ["that no turn waits for cancels", { isAwaited: false }, "allow_once", cancelled],
    ["to an unknown question", { permission: null }, "allow_once", refused({ kind: "permission_not_found", permissionId: asked.id })],
    [
      "that is the second one is told the first",
      { permission: settled },
      "reject_once",
      refused({ kind: "permission_settled", permissionId: asked.id, optionId: "allow_once", by: "person" }),
    ],
    [
      "to what was cancelled is told so",
      { permission: { ...asked, resolvedBy: "cancelled" as const, resolvedAt: 5 }, isAwaited: false },
      "allow_once",
      refused({ kind: "permission_settled", permissionId: asked.id, optionId: null, by: "cancelled" }),
    ],
  ])("%s", (_, given, optionId, decision) => {
    expect(decidePermissionAnswer({ ...facts, ...given }, { permissionId: asked.id, optionId })).toMatchObject(decision);
  });
});

it.each([
  ["a request a rule can cover", asked, ["allow_once", "allow_always", "reject_once"]],
  ["a request that must be asked every time", dangerous, ["allow_once", "reject_once"]],
  ["a request only the agent could remember", wordless, ["allow_once", "reject_once"]],
  ["an agent that can only be told “always”", { ...asked, options: without("allow_once") }, ["reject_once"]],
  [
    "an agent that would reject for good",
    { ...asked, options: [...without(), rejectAlways] },
    ["allow_once", "allow_always", "reject_once"],
  ],
  [
    "an agent with two kinds of “always”",
    { ...asked, options: [...without(), allowAlwaysToo] },
    ["allow_once", "allow_always", "reject_once"],
  ],
  ["a file outside", buildPermission({ toolKind: "edit", argv: null, paths: ["/etc/passwd"] }), ["allow_once", "reject_once"]],
])("offers for %s", (_, request, offered) => {
  expect(toOfferedOptions(request, ROOT).map(({ id }) => id)).toEqual(offered);
});

it.each([
  ["once is sent as allow once", { optionId: "allow_once" }, "allow_once"],
  ["always is sent as allow once", { optionId: "allow_always" }, "allow_once"],
  ["always is sent as a cancel if there is no allow once", { optionId: "allow_always", options: without("allow_once") }, null],
  ["never is sent as reject once", { optionId: "never", options: [...without(), rejectAlways] }, "reject_once"],
  ["never is sent as a cancel if there is no reject once", { optionId: "never", options: [rejectAlways] }, null],
  ["no answer", { optionId: null }, null],
])("tells the agent: %s", (_, given, told) => {
  expect(toToldOption({ ...asked, ...given })).toBe(told);
});

it.each([
  ["a command in words", asked, "Always allow commands that begin like this in this worktree"],
  ["a command line", buildPermission({ argv: ["make all"] }), "Always allow exactly this command in this worktree"],
  ["a file", buildPermission({ toolKind: "edit", argv: null, paths: ["a.txt"] }), "Always allow editing a.txt in this worktree"],
  [
    "many files",
    buildPermission({ toolKind: "other", argv: null, paths: ["a", "b", "c", "d", "e"] }),
    "Always allow this for a, b, c and 2 more in this worktree",
  ],
])("says what “always” will be, whatever the agent calls it: %s", (_, request, label) => {
  const renamed = request.options.map((option) => ({ ...option, label: "Allow for this session" }));
  const [lasting] = toOfferedOptions({ ...request, options: renamed }, ROOT).filter(({ kind }) => kind === "allow_always");
  expect(lasting?.label).toBe(label);
});
