import { it } from "vitest";
import { enterHostileFolder } from "./hostile-folder.ts";

it("F34 S8 a folder full of traps and a hundred thousand files: everything that looks at it answers", () => enterHostileFolder(100_000));
