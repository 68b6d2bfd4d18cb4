import { pathToFileURL } from "node:url";
import type { MentionedFile } from "@boocode/shared/agents/agent-backend";
import type { FilePartInput } from "@opencode-ai/sdk/v2/client";

/** Files that are no text. opencode would put them whole into the prompt, or fail to; their paths are in its text. */
const NO_TEXT =
  /\.(?:png|jpe?g|gif|webp|bmp|ico|avif|pdf|zip|gz|tgz|bz2|xz|7z|jar|woff2?|ttf|otf|eot|mp[34]|mov|wav|ogg|webm|exe|dll|so|dylib|o|a|wasm|class|pyc|db|sqlite)$/i;

/** Builds the parts by which opencode reads the files that a prompt mentions, behind its other parts. */
export function toFileParts(promptId: string | undefined, files: readonly MentionedFile[]): FilePartInput[] {
  const prefix = promptId?.replace(/^msg/, "prt");
  return files
    .filter(({ path, isFolder }) => isFolder || !NO_TEXT.test(path))
    .map(({ path, absolutePath, isFolder }, place) => ({
      type: "file",
      mime: isFolder ? "application/x-directory" : "text/plain",
      filename: path,
      url: pathToFileURL(absolutePath).href,
      // Parts are read back in the order of their ids.
      ...(prefix === undefined ? {} : { id: `${prefix}2${String(place).padStart(2, "0")}` }),
    }));
}
