import type { Attachment, AttachmentTakes, GivenAttachment, GivenBecause } from "@boocode/shared/attachments/attachment";
import { decideAttachments } from "@boocode/shared/attachments/decide-attachment";
import type { Agent } from "@boocode/shared/agents/agent";
import { formatBytes } from "../changes/change-rows.ts";

/** The most files that a message takes, and how large they may be together: the daemon's limits, repeated to keep its schemas out of the page. */
export const MAX_FILES = 10;
export const MAX_FILES_BYTES = 25 * 1024 * 1024;

/** What an agent takes with a model, as far as it is known. */
export function toTakes(agent: Agent, model: string): AttachmentTakes {
  const wanted = model === "" ? agent.defaultModel : model;
  const { takesImages } = agent.models.find(({ id }) => id === wanted) ?? {};
  return takesImages === undefined ? agent.takes : { ...agent.takes, images: takesImages };
}

/** Says what is unusual about how an agent will be given files, one sentence each. Empty if all are given as they are. */
export function describeGiving(name: string, takes: AttachmentTakes, attachments: readonly Attachment[]): string[] {
  const decisions = decideAttachments(takes, attachments);
  return attachments.flatMap((attachment, place) => {
    const decision = decisions[place];
    if (!decision || decision.because === null) return [];
    const isCut = decision.how === "text";
    return `${toReason(name, decision.because)}: ${attachment.name} ${toWill(decision.how, isCut)}`;
  });
}

/** Says what was unusual about how an agent was given files. */
export function describeGiven(name: string, files: readonly GivenAttachment[]): string[] {
  return files.flatMap((file) =>
    file.because === null ? [] : `${toReason(name, file.because)}: ${file.name} ${toWas(file.how, file.isCut)}`,
  );
}

/** Names a file for a button: "shot.png, 12 KB". */
export const nameFile = ({ name, bytes }: Pick<Attachment, "name" | "bytes">): string => `${name}, ${formatBytes(bytes)}`;

/** Names files in a line: "a.png, b.txt". */
export const nameFiles = (files: readonly Pick<Attachment, "name">[]): string => files.map(({ name }) => name).join(", ");

function toReason(name: string, because: GivenBecause): string {
  switch (because) {
    case "no_images":
      return `${name} takes no images`;
    case "too_large":
      return "It is too large to be given whole";
    case "too_many":
      return "The files are too long together";
    case "no_text":
      return `${name} reads only text and images`;
    case "gone":
      return "It was not stored any more";
    case "failed":
      return "It could not be read";
  }
}

function toWill(how: GivenAttachment["how"], isCut: boolean): string {
  if (how === "path") return "is given as a file that it can read";
  if (how === "none") return "is not given, only named";
  return isCut ? "is given in part" : "is given";
}

function toWas(how: GivenAttachment["how"], isCut: boolean): string {
  if (how === "path") return "was given as a file that it can read";
  if (how === "none") return "was not given, only named";
  return isCut ? "was given in part" : "was given";
}
