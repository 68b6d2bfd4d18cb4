import type { CallPiece } from "./decode-chunk.ts";
import { readArguments } from "./read-arguments.ts";

/** A complete tool call. */
export interface GatheredCall {
  /** Unique in the turn. */
  id: string;
  name: string;
  /** Null if the arguments cannot be parsed; usually they are cut off. */
  input: Record<string, unknown> | null;
  /** The extra content that the server wants returned with this call. */
  extra: Record<string, unknown> | null;
}

/** The limit of all arguments of one answer, in UTF-16 units. */
const MAX_ARGUMENT_CHARS = 16 * 1024 * 1024;
const MAX_CALLS = 500;
const MAX_ID_CHARS = 200;

interface OpenCall {
  index: number | null;
  id: string | null;
  name: string;
  text: string;
  /** Arguments that were not sent as text. */
  value: unknown;
  extra: Record<string, unknown> | null;
}

/**
 * Assembles an answer's calls from pieces, even if the server omits, repeats or mixes up indices, ids and names.
 */
export class CallGatherer {
  readonly #calls: OpenCall[] = [];
  #chars = 0;

  get count(): number {
    return this.#calls.length;
  }

  /** Whether the calls exceed the size limit. */
  get isTooLarge(): boolean {
    return this.#chars > MAX_ARGUMENT_CHARS || this.#calls.length > MAX_CALLS;
  }

  /** Adds the pieces of one chunk. */
  add(pieces: readonly CallPiece[]): void {
    pieces.forEach((piece, place) => {
      const open = this.#find(piece);
      // Several pieces in one chunk are separate calls, even if all have the same index.
      const isBesides = place > 0 && piece.name !== null && (piece.index === null || piece.index === pieces[place - 1]?.index);
      if (!open || isBesides || beginsAnother(open, piece)) this.#begin(piece);
      else this.#goOn(open, piece);
    });
  }

  /** Returns the complete calls. Their ids are new in `usedIds` and are added to it. */
  finish(usedIds: Set<string>): GatheredCall[] {
    return this.#calls.map(({ id, name, text, value, extra }) => ({
      id: toUniqueId(id, usedIds),
      name,
      input: readArguments(value === undefined ? text : value),
      extra,
    }));
  }

  #find({ index, id }: CallPiece): OpenCall | undefined {
    if (index !== null) {
      const same = this.#calls.findLast((call) => call.index === index && (id === null || call.id === id));
      return same ?? this.#calls.findLast((call) => call.index === index);
    }
    return id === null ? this.#calls.at(-1) : this.#calls.findLast((call) => call.id === id);
  }

  #begin({ index, id, name, arguments: given, extra }: CallPiece): void {
    const open: OpenCall = { index, id, name: name ?? "", text: "", value: undefined, extra };
    this.#calls.push(open);
    this.#addArguments(open, given);
  }

  #goOn(open: OpenCall, piece: CallPiece): void {
    // The same call, repeated as a whole.
    if (piece.name !== null && isWhole(open) && isSame(open, piece)) return;
    if (piece.name !== null && piece.name !== open.name && open.text === "") open.name += piece.name;
    open.id ??= piece.id;
    open.index ??= piece.index;
    open.extra ??= piece.extra;
    this.#addArguments(open, piece.arguments);
  }

  #addArguments(open: OpenCall, given: unknown): void {
    if (typeof given === "string") {
      open.text += given;
      this.#chars += given.length;
    } else if (given !== undefined) {
      const isMore = isObject(open.value) && isObject(given);
      open.value = isMore ? { ...(open.value as object), ...given } : given;
    }
  }
}

/** Whether a piece begins another call although its index or id matches this one. */
function beginsAnother(open: OpenCall, piece: CallPiece): boolean {
  if (piece.name === null || open.name === "") return false;
  const isOtherId = piece.id !== null && open.id !== null && piece.id !== open.id;
  if (open.text === "" && open.value === undefined) return isOtherId;
  if (isWhole(open)) return isOtherId || !isSame(open, piece);
  return isOtherId && piece.name !== open.name;
}

function isWhole({ text, value }: OpenCall): boolean {
  if (value !== undefined) return true;
  return text.trimEnd().endsWith("}") || text.trimEnd().endsWith('"') ? readArguments(text) !== null : false;
}

/** Whether a piece has the same arguments, or none, as from servers that repeat the name with each piece. */
function isSame(open: OpenCall, { arguments: given, name }: CallPiece): boolean {
  if (name !== open.name) return false;
  if (given === undefined || given === "") return true;
  return typeof given === "string" ? given === open.text : JSON.stringify(given) === JSON.stringify(open.value);
}

function toUniqueId(id: string | null, usedIds: Set<string>): string {
  const wanted = id === null || id.length > MAX_ID_CHARS ? "call" : id;
  let unique = id === wanted ? wanted : `${wanted}_${usedIds.size}`;
  for (let place = 2; usedIds.has(unique); place += 1) unique = `${wanted}_${place}`;
  usedIds.add(unique);
  return unique;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);
