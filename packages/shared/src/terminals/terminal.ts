import { z } from "zod";
import { EpochMs, SessionId, TerminalId } from "../ids.ts";

/** The most terminals that run at once, in all sessions together; also the most that one session keeps. */
export const MAX_TERMINALS = 20;
/** The most text that one write may hold. */
export const MAX_TERMINAL_WRITE = 65_536;
/** How much output of a terminal is kept, in UTF-16 code units. */
export const KEPT_OUTPUT_UNITS = 1_048_576;

export const TerminalSize = z.object({ cols: z.number().int().min(2).max(1_000), rows: z.number().int().min(1).max(1_000) });
export type TerminalSize = z.infer<typeof TerminalSize>;

export const TerminalTitle = z.string().trim().min(1).max(120);

/** How a terminal's program ended. */
export const TerminalEnd = z.object({
  at: EpochMs,
  /** Null if a signal ended it, or nothing is known of its end. */
  exitCode: z.number().int().nullable(),
  signal: z.string().max(20).nullable(),
  /** `daemon`: BooCode stopped or lost it. */
  because: z.enum(["exit", "daemon"]),
});
export type TerminalEnd = z.infer<typeof TerminalEnd>;

/** A terminal as it is stored: it outlives its program. */
export const TerminalRecord = z.object({
  id: TerminalId,
  sessionId: SessionId,
  title: z.string().min(1).max(120),
  cols: z.number().int(),
  rows: z.number().int(),
  createdAt: EpochMs,
  /** Null while its program runs. */
  end: TerminalEnd.nullable(),
});
export type TerminalRecord = z.infer<typeof TerminalRecord>;

/** A terminal with what is known while its program runs. */
export type Terminal = TerminalRecord & {
  /** Whether git in it runs no program that the repository names, because the project was not trusted when it began. */
  isRestricted: boolean;
  /** Whether it has written something that no page has shown. */
  hasUnseen: boolean;
};

/** A program that runs in a terminal, besides its shell. */
export interface TerminalProgram {
  terminalId: TerminalId;
  pid: number;
  /** Its command line, cut to fit. */
  name: string;
}

/** One frame of a terminal's output. */
export interface TerminalFrame {
  /** Names the place's stream: places of another one mean nothing in it, and its reader begins anew. */
  stream: string;
  /** The place of `text` in the stream, in UTF-16 code units. */
  offset: number;
  text: string;
  /** How much before `offset`, from where the reader asked, is no longer kept. */
  lost: number;
  /** Puts the reader's terminal into the modes of this place; empty where it follows what the reader has. */
  prelude: string;
}
