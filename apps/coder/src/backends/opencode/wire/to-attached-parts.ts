import { type GivenContent, tellAttachments, tellTextFile } from "@boocode/shared/attachments/given-content";
import type { FilePartInput, TextPartInput } from "@opencode-ai/sdk/v2/client";

/** Makes the address under which opencode takes bytes themselves. */
export const toDataUrl = (type: string, content: Uint8Array): string => `data:${type};base64,${Buffer.from(content).toString("base64")}`;

/** Builds the parts of the images that a prompt carries, behind its other parts. */
export function toImageParts(promptId: string | undefined, attachments: readonly GivenContent[]): FilePartInput[] {
  const prefix = promptId?.replace(/^msg/, "prt");
  return attachments
    .filter((file) => file.how === "image")
    .map(({ name, type, content }, place) => ({
      type: "file",
      mime: type,
      filename: name,
      url: toDataUrl(type, content),
      // Parts are read back in the order of their ids.
      ...(prefix === undefined ? {} : { id: `${prefix}4${String(place).padStart(2, "0")}` }),
    }));
}

/** Builds the parts that tell in words about the files of a prompt, and what is in the texts. They are not shown as the person's words. */
export function toAttachedTexts(promptId: string | undefined, attachments: readonly GivenContent[]): TextPartInput[] {
  const prefix = promptId?.replace(/^msg/, "prt");
  const texts = attachments.flatMap((file) => (file.how === "text" ? [tellTextFile(file)] : []));
  return [...texts, tellAttachments(attachments)]
    .filter((text) => text !== "")
    .map((text, place) => ({
      type: "text",
      text,
      synthetic: true,
      ...(prefix === undefined ? {} : { id: `${prefix}3${String(place).padStart(2, "0")}` }),
    }));
}
