import { expect, it } from "vitest";
import { decideUpdate, toNpmPrefix, type UpdateState } from "./decide-update.ts";

const QWEN: UpdateState = {
  install: "npm install -g @qwen-code/qwen-code",
  version: "1.0.0",
  keepsMajor: false,
  isNamed: false,
  path: "/usr/local/lib/node_modules/@qwen-code/qwen-code/cli.js",
  isWritable: true,
};
const LINE = "npm install -g @qwen-code/qwen-code@latest";
const COPY = { kind: "copy", line: LINE };
const NONE = { kind: "none" };
const OPENCODE = { install: "npm install -g opencode-ai", keepsMajor: true, path: "/opt/node/lib/node_modules/opencode-ai/bin/opencode" };
const run = (prefix: string, name = "@qwen-code/qwen-code", wanted = "latest") => ({
  kind: "run",
  argv: ["npm", "install", "--global", "--prefix", prefix, "--no-fund", "--no-audit", "--loglevel=http", `${name}@${wanted}`],
  line: `npm install -g ${name}@${wanted}`,
});

it.each<[string, Partial<UpdateState>, object]>([
  ["what npm installed globally is updated in its place", {}, run("/usr/local")],
  ["also below a home", { path: "/home/ada/.npm-global/lib/node_modules/@qwen-code/qwen-code/x/y.js" }, run("/home/ada/.npm-global")],
  ["also a package without a scope", { ...OPENCODE, keepsMajor: false }, run("/opt/node", "opencode-ai")],
  ["one whose next major converts data stays in its own", { ...OPENCODE, version: "1.18.33" }, run("/opt/node", "opencode-ai", "1")],
  ["also once the person has the next one", { ...OPENCODE, version: "2.0.4-beta.1" }, run("/opt/node", "opencode-ai", "2")],
  [
    "also in the line to copy",
    { ...OPENCODE, version: "1.18.33", isWritable: false },
    { kind: "copy", line: "npm install -g opencode-ai@1" },
  ],
  ["but not where its version is not known", { ...OPENCODE, version: null }, NONE],
  ["nor where it is none", { ...OPENCODE, version: "latest" }, NONE],
  ["a place that only another user may write in has a line to copy", { isWritable: false }, COPY],
  ["what agents.json names is the person's", { isNamed: true }, NONE],
  ["what came another way is not npm's", { path: "/opt/homebrew/bin/qwen" }, NONE],
  ["a package of another name is not it", { path: "/usr/local/lib/node_modules/@qwen-code/other/cli.js" }, NONE],
  ["a package within another is not it", { path: "/usr/local/lib/node_modules/other/node_modules/@qwen-code/qwen-code/cli.js" }, NONE],
  ["a project's own copy is the project's", { path: "/home/ada/engine/node_modules/@qwen-code/qwen-code/cli.js" }, NONE],
  ["one that is gone", { path: null }, NONE],
  ["one without a known command", { install: null }, NONE],
  ["one that is installed by anything but npm", { install: "brew install qwen" }, NONE],
])("%s", (_, given, decision) => expect(decideUpdate({ ...QWEN, ...given })).toEqual(decision));

it("never writes at the root of the system", () =>
  expect(toNpmPrefix(QWEN.install, "/lib/node_modules/@qwen-code/qwen-code/cli.js")).toBeNull());
