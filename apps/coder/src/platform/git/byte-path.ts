import { basename } from "node:path/posix";
import { decodeBytes, isText, joinNul, splitNulBytes } from "./git-output.ts";

declare const BYTES: unique symbol;

/**
 * A path as git reports it, relative to a worktree. It may hold any bytes except NUL and is passed back to git unchanged.
 *
 * At run time it is a string with one character per byte, so it works as a key in maps and sets. The compiler does not accept it as a
 * string: use {@link BytePath.toText} for display and {@link BytePath.toFile} for file access.
 */
export interface BytePath {
  readonly [BYTES]: true;
}

const of = (bytes: string) => bytes as unknown as BytePath;
const toBytes = (path: BytePath) => path as unknown as string;
const toBuffer = (path: BytePath) => Buffer.from(toBytes(path), "latin1");

/** Operations on byte paths. */
export const BytePath = {
  /** Makes a path from git output decoded as one character per byte. */
  of,

  /** Makes a path from the UTF-8 bytes of a text. */
  ofText: (text: string) => of(Buffer.from(text).toString("latin1")),

  /** The path as a string with one character per byte, for git arguments, comparison and search. */
  toBytes,

  /** The path as text for display. Invalid UTF-8 bytes are shown as `\xE4`, so two different paths never look the same. */
  toText: (path: BytePath) => decodeBytes(toBytes(path)),

  /** Whether the path is valid UTF-8, so that its text names the same file. */
  isText: (path: BytePath) => isText(toBytes(path)),

  /** The path on disk, below an absolute folder. */
  toFile: (folder: string, path: BytePath) => Buffer.concat([Buffer.from(`${folder}/`), toBuffer(path)]),

  /** Joins a folder and a name. */
  join: (folder: BytePath, name: BytePath) => of(`${toBytes(folder).replace(/\/$/, "")}/${toBytes(name)}`),

  /** Whether the path is inside the folder, at any depth. */
  isBelow: (path: BytePath, folder: BytePath) => toBytes(path).startsWith(`${toBytes(folder).replace(/\/$/, "")}/`),

  /** Its last segment. */
  nameOf: (path: BytePath) => of(basename(toBytes(path))),

  /** The path with a trailing slash, as git writes folders. */
  asFolder: (path: BytePath) => of(`${toBytes(path).replace(/\/$/, "")}/`),

  /** The path without a trailing slash. */
  withoutSlash: (path: BytePath) => of(toBytes(path).replace(/\/$/, "")),

  /** Parses a NUL-terminated list of paths. */
  split: (output: Buffer) => splitNulBytes(output).map(of),

  /** Formats paths as a NUL-terminated list for git's input. */
  list: (paths: Iterable<BytePath>) => joinNul(Array.from(paths, toBytes)),
} as const;
