import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { AGENT_LIMITS } from "./size-limits/agent-limits.ts";
import { API_LIMITS } from "./size-limits/api-limits.ts";
import { EDIT_LIMITS } from "./size-limits/edit-limits.ts";
import { CHANGE_LIMITS } from "./size-limits/change-limits.ts";
import { parseFigure } from "./size-limits/size-limit.ts";
import { STAGED_LIMITS_LISTED } from "./size-limits/staged-limits.ts";
import { WORK_LIMITS } from "./size-limits/work-limits.ts";

const LIMITS = [...API_LIMITS, ...AGENT_LIMITS, ...CHANGE_LIMITS, ...WORK_LIMITS, ...STAGED_LIMITS_LISTED, ...EDIT_LIMITS];

it.each(LIMITS)("S5 $name: $figure; over it: $over", async ({ figure, check }) => {
  await check(parseFigure(figure));
});

it("docs/invariants.md lists exactly these limits, each with its figure and what happens over it", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/invariants.md"), "utf8");
  const listed = (text.split("\n## Limits\n")[1] ?? "").split("\n").filter((line) => line.startsWith("| "));
  expect(listed.slice(1)).toEqual(LIMITS.map(({ name, figure, over }) => `| ${name} | ${figure} | ${over} |`));
});
