import { expect, it } from "vitest";
import { toLoginWays } from "./to-login-way.ts";

it.each([
  ["a name", { name: "Log in with Google" }, "Log in with Google"],
  [
    "a terminal",
    { name: "Claude", type: "terminal", args: ["--cli", "auth"] },
    "Claude: run /opt/agent 'two words' --cli auth in a terminal",
  ],
  ["a terminal without arguments of its own", { name: "Claude", type: "terminal" }, "Claude"],
  ["a quote", { name: "Claude", type: "terminal", args: ["it's"] }, `Claude: run /opt/agent 'two words' 'it'\\''s' in a terminal`],
])("tells how to log in by %s", (_, method, way) => {
  expect(toLoginWays([{ id: "way", type: null, args: null, ...method }], ["/opt/agent", "two words"], null)).toEqual([way]);
});

const named = { id: "way", name: "Log in with Google", type: null, args: null };

it.each([
  ["a way names none", [named], ["Run /opt/agent login in a terminal", "Log in with Google"]],
  [
    "none, if a way names its own",
    [{ ...named, type: "terminal", args: ["auth"] }],
    ["Log in with Google: run /opt/agent auth in a terminal"],
  ],
  ["none, if the agent has no login", [], []],
])("tells the command that logs in where %s", (_, methods, ways) => {
  expect(toLoginWays(methods, ["/opt/agent"], ["/opt/agent", "login"])).toEqual(ways);
});
