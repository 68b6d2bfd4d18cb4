import { SkillName, type FoundSkill } from "@boocode/shared/skills/skill";
import { shorten } from "@boocode/shared/text/cut-text";
import { z } from "zod";

/** The beginning of a `SKILL.md`: YAML between two lines of dashes. */
const FRONT_MATTER = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/m;
const MAX_DESCRIPTION_CHARS = 1_024;

const Head = z.object({ name: z.string().optional(), description: z.string().optional() });

/** Reads the text of a `SKILL.md`. `folderName` is its name if it gives none. */
export async function parseSkill(text: string, folderName: string): Promise<FoundSkill["content"]> {
  const broken = (reason: string) => ({ kind: "broken" as const, reason });
  const plain = text.replace(/^\uFEFF/, "");
  const front = FRONT_MATTER.exec(plain);
  if (front === null || front.index !== 0) return broken("it does not begin with its name and description between two lines “---”");
  // Only read where there is a skill.
  const { parse } = await import("yaml");
  let head: unknown;
  try {
    head = parse(front[1] ?? "", { maxAliasCount: 0, logLevel: "silent" });
  } catch (error) {
    return broken(`what is between the lines “---” is not valid YAML: ${shorten((error as Error).message.split("\n")[0] ?? "", 200)}`);
  }
  const parsed = Head.safeParse(head ?? {});
  if (!parsed.success) return broken("its name and description must be texts");
  const name = SkillName.safeParse(parsed.data.name?.trim() || folderName);
  if (!name.success) return broken("its name must have at most 64 letters, digits, dots, dashes or underscores");
  const body = plain.slice(front[0].length);
  if (body.trim() === "") return broken("it has no instructions");
  const description = shorten((parsed.data.description ?? "").trim().replace(/\s+/g, " "), MAX_DESCRIPTION_CHARS);
  return { kind: "skill", name: name.data, description, body };
}
