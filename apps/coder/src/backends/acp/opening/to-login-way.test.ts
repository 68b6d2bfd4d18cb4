import { expect, it } from "vitest";
import { toLoginWay } from "./to-login-way.ts";

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
  expect(toLoginWay({ id: "way", type: null, args: null, ...method }, ["/opt/agent", "two words"])).toBe(way);
});
