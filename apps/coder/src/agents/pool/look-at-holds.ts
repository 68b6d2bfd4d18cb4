import type { Database } from "@boocode/db/database";
import { listKeptWarm } from "@boocode/db/stores/agents/kept-warm-store";
import { listOpenPermissions } from "@boocode/db/stores/agents/permission-store";
import type { Holds } from "@boocode/shared/agents/processes/decide-kept";
import type { SessionId } from "@boocode/shared/ids";
import type { BackgroundProcesses } from "../background-processes.ts";
import type { Live } from "./live.ts";

export interface HoldsDeps {
  db: Database;
  background: Pick<BackgroundProcesses, "list" | "countLeft">;
}

type Place = Pick<Live, "sessionId" | "chatId" | "agent">;

/** Looks what holds one conversation now, processes included. Rejects if the store or the system does not say. */
export async function lookAtHolds({ db, background }: HoldsDeps, place: Place): Promise<Holds> {
  const programs = await background.countLeft(place.sessionId, place.chatId);
  // Read last, because it is the quickest to change.
  return { ...(await readWishes(db, place.sessionId))(place), programs };
}

/** Reads what holds the conversations of a session, with the background processes as they were listed last. Rejects as the store does. */
export async function readHolds({ db, background }: HoldsDeps, sessionId: SessionId): Promise<(place: Omit<Place, "sessionId">) => Holds> {
  const wishes = await readWishes(db, sessionId);
  // A system that does not list its processes shows none.
  const left = await background.list(sessionId).catch(() => []);
  return (place) => ({ ...wishes(place), programs: left.filter(({ chatId }) => chatId === place.chatId).length });
}

async function readWishes(db: Database, sessionId: SessionId): Promise<(place: Omit<Place, "sessionId">) => Omit<Holds, "programs">> {
  const [asking, kept] = await Promise.all([listOpenPermissions(db.read, sessionId), listKeptWarm(db.read, sessionId)]);
  return ({ chatId, agent }) => {
    const isOf = (one: { chatId: string; agent: string }) => one.chatId === chatId && one.agent === agent;
    return { isAsking: asking.some(isOf), isKeptWarm: kept.some(isOf) };
  };
}
