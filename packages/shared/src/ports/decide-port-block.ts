/** The number of ports that each worktree has to itself. */
export const PORTS_PER_BLOCK = 10;
/** The ports of all blocks: below those that systems give out by themselves, above those of most services. */
const FIRST_PORT = 21_000;
export const PORT_BLOCKS = 1_000;

/** Whether a number is the first port of a block. */
export function isPortBase(port: number): boolean {
  return port >= FIRST_PORT && port < FIRST_PORT + PORT_BLOCKS * PORTS_PER_BLOCK && (port - FIRST_PORT) % PORTS_PER_BLOCK === 0;
}

/** Returns the ports of a block. */
export function toBlockPorts(base: number): number[] {
  return Array.from({ length: PORTS_PER_BLOCK }, (_, place) => base + place);
}

/**
 * Returns the first ports of the blocks that a worktree may have, best first. It begins at a place that follows from the worktree's id, so
 * that two daemons on one machine rarely choose the same. `taken`: the first ports of other worktrees' blocks. Empty if all are taken.
 */
export function decidePortBlocks(worktreeId: string, taken: ReadonlySet<number>): number[] {
  const first = toHash(worktreeId) % PORT_BLOCKS;
  return Array.from({ length: PORT_BLOCKS }, (_, place) => FIRST_PORT + ((first + place) % PORT_BLOCKS) * PORTS_PER_BLOCK).filter(
    (base) => !taken.has(base),
  );
}

/** The variables that tell a program its ports. */
export const PORT_VARIABLES = ["BOOCODE_PORT_BASE", "PORT"] as const;

/** Returns what tells a program its ports. */
export function toPortVariables(base: number): Record<(typeof PORT_VARIABLES)[number], string> {
  return { BOOCODE_PORT_BASE: String(base), PORT: String(base) };
}

function toHash(text: string): number {
  // FNV-1a.
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193) >>> 0;
  return hash;
}
