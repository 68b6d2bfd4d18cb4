import { pathToFileURL } from "node:url";
import { type GivenContent, tellAttachments, tellTextFile } from "@boocode/shared/attachments/given-content";
import type { PromptInput } from "@boocode/shared/agents/agent-backend";

type PromptBlock =
  | { type: "text"; text: string }
  | { type: "resource_link"; uri: string; name: string }
  | { type: "image"; mimeType: string; data: string }
  | { type: "resource"; resource: { uri: string; mimeType: string; text: string } };

/**
 * Builds the content of a prompt: what the agent is told before it, the person's words, links to the files they mention, and the files that
 * the prompt carries. `embeds`: whether the agent takes texts as resources.
 */
export function toPromptBlocks(
  { handover, text, files = [], attachments = [] }: Pick<PromptInput, "handover" | "text" | "files" | "attachments">,
  embeds = false,
): PromptBlock[] {
  const told = handover === undefined ? [] : [{ type: "text" as const, text: handover }];
  const links = files.map(({ path, absolutePath }) => ({
    type: "resource_link" as const,
    uri: pathToFileURL(absolutePath).href,
    name: path,
  }));
  // A prompt may be nothing but files, and some agents' models reject an empty text.
  const words = text === "" && attachments.length > 0 ? [] : [{ type: "text" as const, text }];
  const about = tellAttachments(attachments);
  const named = about === "" ? [] : [{ type: "text" as const, text: about }];
  return [...told, ...words, ...links, ...attachments.flatMap((file) => toBlocks(file, embeds)), ...named];
}

function toBlocks(file: GivenContent, embeds: boolean): PromptBlock[] {
  if (file.how === "image") return [{ type: "image", mimeType: file.type, data: Buffer.from(file.content).toString("base64") }];
  if (file.how !== "text") return [];
  if (!embeds) return [{ type: "text", text: tellTextFile(file) }];
  const uri = `attachment:///${encodeURIComponent(file.name)}`;
  const end = file.isCut ? "\n[The rest of the file is too long to be given.]" : "";
  return [{ type: "resource", resource: { uri, mimeType: file.type, text: `${file.text}${end}` } }];
}
