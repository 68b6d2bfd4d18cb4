import type { SessionId } from "@boocode/shared/ids";
import { applyLayoutChange, type LayoutChange } from "@boocode/shared/panes/apply-layout-change";
import type { Layout } from "@boocode/shared/panes/layout";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useSyncExternalStore } from "react";
import { useConnection } from "../../api/connection.ts";
import { queryClient, trpc, trpcClient } from "../../api/trpc.ts";
import { fromSessionPath, type ShownTab, toSessionPath, toTabPath } from "../../sessions/session-paths.ts";
import { useTerminals } from "../../terminals/use-terminals.ts";
import { navigate } from "../../ui/browser/location.tsx";
import { readStored, writeStored } from "../../ui/browser/stored-state.ts";
import { useChats } from "../use-chats.ts";
import { activeTabOf, deriveLayout, keepNamed } from "./derive-layout.ts";
import { LayoutStore } from "./layout-store.ts";

const stores = new Map<SessionId, LayoutStore>();

/** The store of a session's layout. It lasts as long as the page, so that nothing unsaved is lost by looking at another session. */
function storeOf(sessionId: SessionId): LayoutStore {
  let store = stores.get(sessionId);
  if (!store) {
    store = new LayoutStore((input) => trpcClient.sessions.saveLayout.mutate({ sessionId, ...input }));
    stores.set(sessionId, store);
  }
  return store;
}

const isString = (value: unknown): value is string => typeof value === "string";
const rememberedIn = (sessionId: SessionId) => readStored(`chat.${sessionId}`, "", isString);

/** The layout of a session as it is shown; null until it is known. `named` is the tab in the URL, which always names the visible tab of the active pane. */
export function useLayout(sessionId: SessionId, named: ShownTab | null): Layout | null {
  const { data: stored, error } = useQuery(trpc.sessions.layout.queryOptions({ sessionId }));
  const { data: chats } = useChats(sessionId);
  const { data: terminals } = useTerminals(sessionId);
  const isLive = useConnection().kind === "live";
  const store = storeOf(sessionId);
  const read = useSyncExternalStore(store.subscribe, store.read);
  useLayoutEffect(() => {
    if (stored) store.arrive(stored);
    // Without an answer, there is still one pane with everything.
    else if (error) store.arrive({ revision: 0, layout: null });
  }, [store, stored, error]);
  useEffect(() => {
    if (isLive) store.flush();
  }, [store, isLive]);
  useLayoutEffect(() => {
    if (read) store.keep(keepNamed(read, named));
  }, [store, read, named]);

  const open = chats?.filter((chat) => chat.closedAt === null);
  const layout = read && open ? deriveLayout(read, { chats: open, terminals, named, remembered: rememberedIn(sessionId) }) : null;
  const active = layout && activeTabOf(layout);
  const path = layout && (active ? toTabPath(sessionId, active) : toSessionPath(sessionId));
  const namedPath = named ? toTabPath(sessionId, named) : toSessionPath(sessionId);
  const chatId = active?.kind === "chat" ? active.chatId : null;
  useEffect(() => {
    if (chatId) writeStored(`chat.${sessionId}`, chatId);
    if (path && path !== namedPath) navigate(path, { replace: true });
  }, [sessionId, path, namedPath, chatId]);
  return layout;
}

/** Returns the layout of a session as it is shown now; null if it is not known yet. */
export function currentLayout(sessionId: SessionId): Layout | null {
  const read = storeOf(sessionId).read();
  const chats = queryClient.getQueryData(trpc.chats.list.queryKey({ sessionId }));
  if (!read || !chats) return null;
  const place = fromSessionPath(location.pathname);
  return deriveLayout(read, {
    chats: chats.filter((chat) => chat.closedAt === null),
    terminals: queryClient.getQueryData(trpc.terminals.list.queryKey({ sessionId })),
    named: place?.sessionId === sessionId ? place.tab : null,
    remembered: rememberedIn(sessionId),
  });
}

/** Changes the layout of a session that is shown, saves it, and goes to its visible tab. */
export function changeLayout(sessionId: SessionId, change: LayoutChange, options: { replace?: boolean } = {}): void {
  const before = currentLayout(sessionId);
  if (!before) return;
  const after = applyLayoutChange(before, change);
  storeOf(sessionId).change(after);
  // What takes its time may end when another session is shown.
  if (fromSessionPath(location.pathname)?.sessionId !== sessionId) return;
  const active = activeTabOf(after);
  navigate(active ? toTabPath(sessionId, active) : toSessionPath(sessionId), options);
}
