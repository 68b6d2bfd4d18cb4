import type { ChatEvent } from "@boocode/shared/chats/chat-event";

/** What a test of a fault has made so far, for whoever counts at its end what the fault cost. Fixtures fill it. */
export interface FaultScene {
  /** Temporary folders, absolute. */
  readonly folders: Set<string>;
  /** What was written last at each path, absolute. */
  readonly written: Map<string, Uint8Array>;
  /** Events that clients saw from the first one on, by session id. */
  readonly seen: Map<string, readonly ChatEvent[]>;
  /** What a test counted by itself, as `F4 bytesLost`. */
  readonly counted: Set<string>;
  /** Called before a folder of it is removed, when what worked in it has ended. */
  beforeRemoval(folder: string): Promise<void>;
}

let current: FaultScene | null = null;

/** The scene of the test that runs; null if it is not about a fault. */
export const faultScene = (): FaultScene | null => current;

/** Opens the scene of a test, or closes it with null. */
export function setFaultScene(scene: FaultScene | null): void {
  current = scene;
}

/** What was written in a folder may be gone: a person has removed it for good. */
export function forgetWritten(folder: string): void {
  for (const path of current?.written.keys() ?? []) if (path.startsWith(`${folder}/`)) current?.written.delete(path);
}
