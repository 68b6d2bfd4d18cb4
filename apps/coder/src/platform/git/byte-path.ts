import { basename } from "node:path/posix";
import { decodeBytes, isText, joinNul, splitNulBytes } from "./git-output.ts";

declare const BYTES: unique symbol;

/**
 * A name as git gives it, relative to a worktree: any bytes but NUL, so that it survives and can be given back.
 *
 * It is kept as a string of one character a byte, which makes it a key of maps and sets that is equal to itself. To the compiler it is no
 * string: text for a person comes from {@link BytePath.toText}, a place on the disk from {@link BytePath.toFile}.
 */
export interface BytePath {
  readonly [BYTES]: true;
}

const of = (bytes: string) => bytes as unknown as BytePath;
const toBytes = (path: BytePath) => path as unknown as string;
const toBuffer = (path: BytePath) => Buffer.from(toBytes(path), "latin1");

/** What can be done with names of bytes. */
export const BytePath = {
  /** Takes a part of git's output, one character a byte, for a name. */
  of,

  /** The name whose bytes are this text's in UTF-8. */
  ofText: (text: string) => of(Buffer.from(text).toString("latin1")),

  /** One character a byte: what git is told, what names are compared and looked through by. */
  toBytes,

  /** For a person. Where the bytes are no UTF-8, what no character is made of stands as `\xE4`, so that two names never look the same. */
  toText: (path: BytePath) => decodeBytes(toBytes(path)),

  /** Whether it is text as it is, so that its text names the same file. */
  isText: (path: BytePath) => isText(toBytes(path)),

  /** Where it lies on the disk, below an absolute folder. */
  toFile: (folder: string, path: BytePath) => Buffer.concat([Buffer.from(`${folder}/`), toBuffer(path)]),

  /** A name below a folder. */
  join: (folder: BytePath, name: BytePath) => of(`${toBytes(folder).replace(/\/$/, "")}/${toBytes(name)}`),

  /** Whether it lies in the folder, at any depth. */
  isBelow: (path: BytePath, folder: BytePath) => toBytes(path).startsWith(`${toBytes(folder).replace(/\/$/, "")}/`),

  /** Its last segment. */
  nameOf: (path: BytePath) => of(basename(toBytes(path))),

  /** As git writes a folder: with a slash at its end. */
  asFolder: (path: BytePath) => of(`${toBytes(path).replace(/\/$/, "")}/`),

  /** Without the slash that git puts behind a folder. */
  withoutSlash: (path: BytePath) => of(toBytes(path).replace(/\/$/, "")),

  /** Names of a NUL-terminated list. */
  split: (output: Buffer) => splitNulBytes(output).map(of),

  /** A NUL-terminated list of names, for git's input. */
  list: (paths: Iterable<BytePath>) => joinNul(Array.from(paths, toBytes)),
} as const;
