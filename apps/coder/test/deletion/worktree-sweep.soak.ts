import { it } from "vitest";
import { expectForeignUntouched } from "./expect-foreign-untouched.ts";

it("F32: in forty worktrees' folders, only what is ours, nobody's and without work is moved", () => expectForeignUntouched(40));
