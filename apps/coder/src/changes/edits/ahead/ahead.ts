import { UnsureFile } from "@boocode/shared/changes/edits/decide-lost";
import { z } from "zod";

/** The heading of what is written ahead for one edit: the folder that its paths are in, and each file with the place of its content. */
const Heading = z.object({
  /** Absolute. */
  root: z.string().min(1),
  files: z.array(z.object({ ...UnsureFile.shape, start: z.number().int().nonnegative(), bytes: z.number().int().nonnegative() })),
});

/** A file that an edit puts in place before it is durable, with the content that is durable elsewhere. */
export interface AheadFile extends UnsureFile {
  content: Buffer;
}

/** New contents of an edit that are durable in one place, before their own files are. */
export interface Ahead {
  /** The folder that the paths are in, absolute. */
  root: string;
  files: readonly AheadFile[];
}

const BREAK = 10;

/** Converts to bytes: a heading of one line, then all contents. */
export function encodeAhead({ root, files }: Ahead): Buffer {
  let start = 0;
  const listed = files.map(({ content, ...file }) => {
    const entry = { ...file, start, bytes: content.length };
    start += content.length;
    return entry;
  });
  const heading: z.infer<typeof Heading> = { root, files: listed };
  return Buffer.concat([Buffer.from(`${JSON.stringify(heading)}\n`), ...files.map(({ content }) => content)]);
}

/** Reads it back; null if it is not whole: then nothing has been put in place yet. */
export function decodeAhead(bytes: Buffer): Ahead | null {
  const end = bytes.indexOf(BREAK);
  if (end < 0) return null;
  const heading = parseJson(bytes.toString("utf8", 0, end));
  const { data } = Heading.safeParse(heading);
  const contents = bytes.subarray(end + 1);
  const last = data?.files.at(-1);
  if (!data || contents.length !== (last ? last.start + last.bytes : 0)) return null;
  return {
    root: data.root,
    files: data.files.map(({ start, bytes: size, ...file }) => ({ ...file, content: contents.subarray(start, start + size) })),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
