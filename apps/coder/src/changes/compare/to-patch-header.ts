import { BytePath } from "../../platform/git/byte-path.ts";
import { decodeBytes, isText } from "../../platform/git/git-output.ts";
import type { TreeEntryChange } from "./read-tree-changes.ts";

/**
 * Builds the header lines above the hunks, as git writes them, so that `git apply` accepts the patch. Without hunks, the names appear only
 * once.
 */
export function toPatchHeader(change: TreeEntryChange, hasHunks: boolean): string {
  const { oldMode, newMode, oldOid, newOid } = change;
  const path = BytePath.toBytes(change.path);
  const from = change.previousPath === null ? path : BytePath.toBytes(change.previousPath);
  const lines = [`diff --git ${quote(`a/${from}`)} ${quote(`b/${path}`)}`];
  if (oldMode === null) lines.push(`new file mode ${newMode}`);
  else if (newMode === null) lines.push(`deleted file mode ${oldMode}`);
  else if (oldMode !== newMode) lines.push(`old mode ${oldMode}`, `new mode ${newMode}`);
  if (change.previousPath !== null) lines.push(`rename from ${quote(from)}`, `rename to ${quote(path)}`);
  lines.push(`index ${oldOid}..${newOid}${oldMode === newMode ? ` ${oldMode}` : ""}`);
  if (!hasHunks) return `${lines.join("\n")}\n`;
  lines.push(`--- ${oldMode === null ? "/dev/null" : ended(`a/${from}`)}`, `+++ ${newMode === null ? "/dev/null" : ended(`b/${path}`)}`);
  return `${lines.join("\n")}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\" };

/** Quotes a name that contains characters that would end or break the line. Takes bytes, returns text. */
function quote(bytes: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const isPlain = !/[\u0000-\u001f\u007f"\\]/.test(bytes) && isText(bytes);
  if (isPlain) return decodeBytes(bytes);
  const escapes = isText(bytes) ? ODD_BYTES : ODD_OR_HIGH_BYTES;
  const octal = (byte: string) => `\\${byte.charCodeAt(0).toString(8).padStart(3, "0")}`;
  return `"${decodeBytes(bytes.replace(escapes, (byte) => ESCAPES[byte] ?? octal(byte)))}"`;
}

// oxlint-disable-next-line no-control-regex -- as above
const ODD_BYTES = /[\u0000-\u001f\u007f"\\]/g;
// oxlint-disable-next-line no-control-regex -- as above
const ODD_OR_HIGH_BYTES = /[\u0000-\u001f\u007f-\u00ff"\\]/g;

/** Marks the end of a name that contains a space with a tab, as git does. */
function ended(bytes: string): string {
  const quoted = quote(bytes);
  return quoted.includes(" ") && !quoted.startsWith('"') ? `${quoted}\t` : quoted;
}
