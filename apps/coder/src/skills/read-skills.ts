import { join, relative } from "node:path";
import type { FoundSkill } from "@boocode/shared/skills/skill";
import { ConfinedFolder } from "../platform/files/confined-folder.ts";
import { PathRefused } from "../platform/files/confined-path.ts";
import { mayBeLeftOut } from "../trust/trust-places.ts";
import { parseSkill } from "./parse-skill.ts";

/** Where the person's own skills are. */
export interface PersonPlaces {
  home: string;
  dataDir: string;
}

/** The folders of skills in a project, in the order in which they count. */
const IN_PROJECT = [".boocode/skills", ".claude/skills", ".agents/skills"];
const FILE = "SKILL.md";
const MAX_FILE_BYTES = 64 * 1024;
/** The most entries of one folder that are looked at. */
const MAX_ENTRIES = 200;

/** Reads the skills in a checkout, in the order in which they count. Nothing outside of it is read. */
export async function readProjectSkills(root: string): Promise<FoundSkill[]> {
  const found: FoundSkill[] = [];
  for (const path of IN_PROJECT) found.push(...(await readFolder(root, path, path)));
  return found;
}

/** Reads the person's own skills, in the order in which they count: those of BooCode's data directory, then those of `~/.claude` and `~/.agents`. */
export async function readPersonSkills({ home, dataDir }: PersonPlaces): Promise<FoundSkill[]> {
  const found: FoundSkill[] = [];
  const roots = [join(dataDir, "skills"), join(home, ".claude/skills"), join(home, ".agents/skills")];
  for (const root of new Set(roots)) {
    const inHome = relative(home, root);
    found.push(...(await readFolder(root, ".", inHome.startsWith("..") ? root : `~/${inHome}`)));
  }
  return found;
}

/** Returns whether a skill is of the checkout, by its origin. */
export const isOfProject = ({ origin }: Pick<FoundSkill, "origin">): boolean => IN_PROJECT.includes(origin);

/** Reads one folder of skills below `root`, outside of which nothing is read. */
async function readFolder(root: string, path: string, origin: string): Promise<FoundSkill[]> {
  const broken = (at: string, error: unknown): FoundSkill => ({
    origin,
    path: at,
    folder: join(root, path),
    content: { kind: "broken", reason: toReason(error) },
  });
  let folder: ConfinedFolder;
  let names: string[];
  try {
    folder = await ConfinedFolder.open(root);
    const entries = await folder.list(path);
    names = entries.filter(({ kind, name }) => (kind === "folder" || kind === "link") && !mayBeLeftOut(name)).map(({ name }) => name);
  } catch (error) {
    return isMissing(error) ? [] : [broken(origin, error)];
  }
  const found: FoundSkill[] = [];
  for (const name of names.slice(0, MAX_ENTRIES)) {
    const at = `${origin}/${name}/${FILE}`;
    try {
      const { bytes } = await folder.readFile(join(path, name, FILE), MAX_FILE_BYTES + 1);
      const content = await toContent(bytes, name);
      found.push({ origin, path: at, folder: join(folder.root, path, name), content });
    } catch (error) {
      // A folder without the file is no skill.
      if (!isMissing(error)) found.push(broken(at, error));
    }
  }
  if (names.length > MAX_ENTRIES)
    found.push(broken(origin, new PathRefused(`it has more than ${MAX_ENTRIES} folders; the others are left out`)));
  return found;
}

async function toContent(bytes: Buffer, name: string): Promise<FoundSkill["content"]> {
  if (bytes.length > MAX_FILE_BYTES) return { kind: "broken", reason: `it is larger than ${MAX_FILE_BYTES / 1024} KB` };
  try {
    return await parseSkill(new TextDecoder("utf-8", { fatal: true }).decode(bytes), name);
  } catch (error) {
    if (error instanceof TypeError) return { kind: "broken", reason: "it is not text in UTF-8" };
    throw error;
  }
}

const isMissing = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");

function toReason(error: unknown): string {
  if (error instanceof PathRefused) return error.message;
  return (error as NodeJS.ErrnoException).code === "EACCES" ? "it may not be read" : (error as Error).message;
}
