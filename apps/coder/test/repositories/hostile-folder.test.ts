import { it } from "vitest";
import { enterHostileFolder } from "./hostile-folder.ts";

it(
  "F34 S8 a folder full of traps: everything that looks at it answers, and the daemon goes on answering beside it",
  { timeout: 300_000 },
  () => enterHostileFolder(500),
);
