import { join } from "node:path";
import { expect, it } from "vitest";
import { checkFile, findBreaches } from "./find-breaches.ts";
import { findCircles } from "./find-circles.ts";

it("the house is in order", () => {
  expect(findBreaches(join(import.meta.dirname, "../.."))).toEqual([]);
});

it.each([
  ["packages/shared/src/a.ts", `import { z } from "zod";`],
  ["packages/db/src/stores/chats/task-store.ts", `import type { Task } from "@boocode/shared/tasks/task";\nimport { sql } from "kysely";`],
  [
    "apps/coder/src/backends/acp/acp.ts",
    `import { runProcess } from "../../platform/process.ts";\nimport type { AgentBackend } from "@boocode/shared/agents/agent-backend";`,
  ],
  ["apps/coder/src/daemon.ts", `import { NativeBackend } from "./backends/native/native-backend.ts";`],
  ["apps/web/src/api/trpc.ts", `import type { AppRouter } from "@boocode/coder/router";`],
  ["apps/web/src/chats/composer/composer.tsx", `import { trpc } from "../../api/trpc.ts";\nimport { useState } from "react";`],
  ["apps/coder/src/agents/a.ts", `// process.env is read elsewhere\nexport const a = 1;`],
  ["apps/coder/src/tasks/a.test.ts", `import { NativeBackend } from "../backends/native/native-backend.ts";`],
])("allows %s: %s", (file, text) => {
  expect(checkFile(file, text)).toEqual([]);
});

it.each([
  ["packages/shared/src/a.ts", `import fs from "node:fs";`, "imports node:fs"],
  ["packages/shared/src/a.ts", `export const now = () => Date.now();`, "hidden input (Date.now)"],
  ["packages/db/src/a.ts", `import { x } from "../../../apps/coder/src/api/trpc.ts";`, "packages/db/src does not stand"],
  ["packages/db/src/a.ts", `import pino from "pino";`, "imports pino"],
  ["packages/testkit/src/a.ts", `import type { Backend } from "@boocode/coder/backends/a";`, "does not stand"],
  ["apps/coder/src/backends/acp/a.ts", `import { openDatabase } from "@boocode/db/open-database";`, "does not stand"],
  ["apps/coder/src/backends/acp/a.ts", `export { x } from "../opencode/decode.ts";`, "does not stand"],
  ["apps/coder/src/agents/a.ts", `const x = await import("../backends/acp/acp-backend.ts");`, "does not stand"],
  ["apps/coder/src/api/a.ts", `import { runGit } from "../platform/git.ts";`, "does not stand"],
  ["apps/coder/src/tasks/a.ts", `import { Sessions } from "../sessions/sessions.ts";`, "does not stand"],
  ["apps/coder/src/tasks/a.ts", `export const home = process.env.HOME;`, "reads process.env"],
  ["apps/coder/src/agents/a.ts", `import { spawn } from "node:child_process";`, "starts programs by itself"],
  ["apps/coder/src/backends/acp/a.ts", `import { execa } from "execa";`, "starts programs by itself"],
  ["apps/coder/src/worktrees/a.ts", `spawn("git", ["status"]);`, "spawns git"],
  ["apps/coder/src/worktrees/a.ts", `await runProcess({ file: "git", argv: [] });`, "spawns git"],
  ["apps/web/src/api/a.ts", `import { appRouter } from "@boocode/coder/router";`, "use `import type`"],
  ["apps/web/src/agents/a.ts", `const x = await import("../chats/composer.tsx");`, "does not stand"],
  ["apps/web/src/ui/a.tsx", `import { useQuery } from "@tanstack/react-query";`, "imports @tanstack/react-query"],
  ["apps/coder/src/platform/a.ts", "\n".repeat(400), "over 300"],
  ["apps/coder/src/utils/a.ts", "export {};", "drawer"],
  ["apps/coder/src/tasks/index.ts", "export {};", "barrel"],
  ["apps/coder/src/tasks/runTask.ts", "export {};", "kebab-case"],
  ["apps/coder/src/tasks/a.ts", "export class TaskManager {}", "declares TaskManager"],
  ["apps/coder/src/stray/a.ts", "export {};", "no floor"],
])("refuses %s: %s", (file, text, complaint) => {
  expect(checkFile(file, text)).toContainEqual(expect.stringContaining(complaint));
});

it("refuses two files that import each other, even through an entry point or only for types", () => {
  const files = [
    { file: "packages/shared/src/tasks/a.ts", text: `import type { B } from "./b.ts";` },
    { file: "packages/shared/src/tasks/b.ts", text: `export { a } from "@boocode/shared/tasks/a";` },
    { file: "packages/shared/src/tasks/c.ts", text: `import { a } from "./a.ts";` },
    { file: "apps/web/src/ui/d.tsx", text: `const e = lazy(() => import("./e.tsx"));` },
    { file: "apps/web/src/ui/e.tsx", text: `import type { D } from "./d.tsx";` },
  ];
  expect(findCircles(files)).toEqual([
    "packages/shared/src/tasks/a.ts and packages/shared/src/tasks/b.ts import each other: move what both need into a file of its own.",
    "apps/web/src/ui/d.tsx and apps/web/src/ui/e.tsx import each other: move what both need into a file of its own.",
  ]);
});
