import type { ConflictSide } from "@boocode/shared/changes/conflict-sides";
import { formatBytes } from "../change-rows.ts";

/** What is on one side of a conflict, where that is not a text of lines. */
export function describeSide(side: ConflictSide): string {
  switch (side.kind) {
    case "absent":
      return "Not there";
    case "text":
      return side.mode === "120000" ? `A link to ${side.text}` : side.text === "" ? "An empty file" : "";
    case "binary":
      return `A binary file, ${formatBytes(side.bytes)}`;
    case "too_large":
      return `Too large to show here, ${formatBytes(side.bytes)}`;
    case "submodule":
      return `A nested repository at ${side.commit.slice(0, 10)}`;
    case "other":
      return "A folder, or a path through a link";
  }
}
