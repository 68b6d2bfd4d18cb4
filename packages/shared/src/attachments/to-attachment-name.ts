import { cutText, cutTextStart } from "../text/cut-text.ts";

const MAX_CHARS = 200;
const MAX_ENDING_CHARS = 16;

/**
 * Makes the name of an attached file safe: the last part of a path, without control and direction characters, which is neither hidden nor an
 * option, and is valid as a file name on every system. Never empty, at most 200 UTF-16 units; its ending is kept.
 */
export function toAttachmentName(given: string): string {
  const last = given.toWellFormed().split(/[/\\]/).at(-1) ?? "";
  const plain = last
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "")
    .replace(/[<>:"|?*]/g, "_")
    .replace(/\s+/g, " ")
    .replace(/^[\s.~-]+/, "")
    .replace(/[\s.]+$/, "");
  if (plain === "") return "file";
  if (plain.length <= MAX_CHARS) return plain;
  const dot = plain.lastIndexOf(".");
  const ending = dot > 0 && plain.length - dot <= MAX_ENDING_CHARS ? cutTextStart(plain, plain.length - dot) : "";
  return `${cutText(plain, MAX_CHARS - ending.length).trimEnd()}${ending}`;
}
