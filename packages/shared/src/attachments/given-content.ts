import type { Attachment, GivenAttachment } from "./attachment.ts";

/** A file of a prompt with what an agent is given of it. `path`: where it can read the file as well; null if it cannot. */
export type GivenContent = Pick<Attachment, "name" | "type"> &
  (
    | { how: "image"; content: Uint8Array; path: string | null }
    | { how: "text"; text: string; isCut: boolean; path: string | null }
    | { how: "path"; path: string }
    | { how: "none"; because: GivenAttachment["because"] }
  );

/**
 * Tells an agent in words which files the person attached, for those that are given as no part of their own: where to read them, or that they
 * are not given. Empty if there are none.
 */
export function tellAttachments(contents: readonly GivenContent[]): string {
  const lines = contents.map((file) => {
    if (file.how === "image") return `- ${file.name} (an image, given with this message)${toPlace(file.path)}`;
    if (file.how === "text")
      return `- ${file.name} (${file.isCut ? "its beginning is" : "text,"} given with this message)${toPlace(file.path)}`;
    if (file.how === "path") return `- ${file.name}: read it at ${file.path}`;
    return `- ${file.name}: ${file.because === "gone" ? "it is not stored any more" : "it could not be given to you"}`;
  });
  return lines.length === 0 ? "" : `[Files that the person attached:\n${lines.join("\n")}]`;
}

const toPlace = (path: string | null): string => (path === null ? "" : `, also at ${path}`);

/** Tells an agent a text file, for one that is given text only as words. */
export function tellTextFile({ name, text, isCut }: { name: string; text: string; isCut: boolean }): string {
  const end = isCut ? "\n[The rest of the file is too long to be given.]" : "";
  return `[The attached file ${name}:]\n${text}${end}\n[End of ${name}]`;
}

/** Adds everything about a prompt's files that can be said in words, behind the person's. */
export function withTexts(text: string, contents: readonly GivenContent[]): string {
  const texts = contents.flatMap((file) => (file.how === "text" ? [tellTextFile(file)] : []));
  return [text, ...texts, tellAttachments(contents)].filter((part) => part !== "").join("\n\n");
}

/** Names the files of a prompt to an agent that is not given them. Empty if there are none. */
export function nameAttachments(attachments: readonly Pick<Attachment, "name" | "type">[]): string {
  if (attachments.length === 0) return "";
  return `[Attached: ${attachments.map(({ name, type }) => (type.startsWith("image/") ? `${name} (an image)` : name)).join(", ")}]`;
}
