import { z } from "zod";

/** Something that listens on a port. */
export const Listener = z.object({
  port: z.number().int().positive(),
  /** Where it listens, such as `0.0.0.0`, `::` or `::1`. */
  address: z.string(),
  pid: z.number().int().positive(),
  /** The command line, cut to fit. */
  command: z.string(),
  /** Whether it is a program of this session: only then the page links to it. */
  isOwn: z.boolean(),
});
export type Listener = z.infer<typeof Listener>;

/** A session's block of ports, and who listens on them now. */
export const SessionPorts = z.object({
  /** Null: its worktree is not made yet, or no block is free. */
  base: z.number().int().positive().nullable(),
  count: z.number().int().nonnegative(),
  listeners: z.array(Listener),
});
export type SessionPorts = z.infer<typeof SessionPorts>;
