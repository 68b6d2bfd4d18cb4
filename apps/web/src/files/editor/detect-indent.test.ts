import { expect, it } from "vitest";
import { detectIndent } from "./detect-indent.ts";

it.each([
  [[], "  "],
  [["a", "  b", "    c", "  d"], "  "],
  [["a", "    b", "", "        c", "    d"], "    "],
  [["a", "\tb", "\t\tc"], "\t"],
  [["/**", " * a", " */", "a", "  b"], "  "],
])("the step of %j is %j", (lines, step) => expect(detectIndent(lines)).toBe(step));
