import type { SessionId } from "@boocode/shared/ids";
import { canSplit } from "@boocode/shared/panes/apply-layout-change";
import { type Edge, type Layout, listPanes, type Pane } from "@boocode/shared/panes/layout";
import { MIN_PANE_HEIGHT, MIN_PANE_WIDTH, placePanes, type Rect, type ShownPane, toShownNode } from "@boocode/shared/panes/pane-views";
import { type Tab, toTabKey } from "@boocode/shared/panes/tab";
import { clsx } from "clsx";
import { Suspense, useState } from "react";
import { toTabPath } from "../../sessions/session-paths.ts";
import { useTerminals } from "../../terminals/use-terminals.ts";
import { copyText } from "../../ui/browser/copy-text.ts";
import { NARROW, useMedia } from "../../ui/browser/media.ts";
import type { MenuEntry } from "../../ui/popups/menu-entry.ts";
import { changeLayout } from "../layout/page-layout.ts";
import { openCode } from "../tabs/code-tabs.ts";
import { exportEntries } from "../tabs/export-entries.ts";
import { PaneButtons, type SplitKind } from "../tabs/pane-buttons.tsx";
import { useChatStates } from "../tabs/use-chat-states.ts";
import { useClosing } from "../tabs/use-closing.tsx";
import { useChats } from "../use-chats.ts";
import { DropPreview } from "./drop-preview.tsx";
import { withSizes } from "./live-sizes.ts";
import { PaneView } from "./pane-view.tsx";
import { findNextPane, newPaneId, usePaneActions } from "./use-pane-actions.ts";
import { usePaneKeys } from "./use-pane-keys.ts";
import { useRoom } from "./use-room.ts";
import { type DropTarget, useTabDrag } from "./use-tab-drag.ts";
import { later } from "../../ui/browser/later.ts";

const Dividers = later(() => import("./dividers.tsx"));

type PlacedPane = ShownPane & { rect: Rect };

/** The panes of a session: where its layout has them, or stacked as tabs where they have no room. */
export function Panes({ sessionId, layout }: { sessionId: SessionId; layout: Layout }) {
  const { data: chats = [] } = useChats(sessionId);
  const { data: terminals = [] } = useTerminals(sessionId);
  const stateOf = useChatStates(sessionId);
  const actions = usePaneActions(sessionId, layout);
  const closing = useClosing(sessionId);
  const isNarrow = useMedia(NARROW);
  const { frame, room } = useRoom();
  const [live, setLive] = useState<ReadonlyMap<string, readonly number[]>>(new Map());
  const node = toShownNode(layout, isNarrow ? { width: 0, height: 0 } : room);
  const panes: readonly PlacedPane[] = placePanes(withSizes(node, live));
  const isAlone = panes.length === 1;

  const show = (tab: Tab) => changeLayout(sessionId, { kind: "show", tab });
  const isActive = ({ stacked }: ShownPane) => stacked.some(({ id }) => id === layout.activePaneId);
  const activate = ({ pane }: ShownPane) => {
    const tab = pane.tabs.find((each) => toTabKey(each) === pane.active);
    if (tab) changeLayout(sessionId, { kind: "show", tab }, { replace: true });
  };
  const hasRoom = ({ rect }: PlacedPane, edge: Edge) =>
    edge === "right" ? rect.width * room.width >= 2 * MIN_PANE_WIDTH : rect.height * room.height >= 2 * MIN_PANE_HEIGHT;
  /** The edge at which a pane is split: the right one if it is wide enough. Null if there is no room. */
  const findEdge = (placed: PlacedPane): Edge | null =>
    (isNarrow ? [] : (["right", "bottom"] as const)).find((edge) => hasRoom(placed, edge) && canSplit(layout, placed.pane.id, edge)) ??
    null;
  const moveBeside = (tab: Tab, paneId: Pane["id"], edge: Edge) =>
    changeLayout(sessionId, { kind: "split", tab, paneId, edge, newPaneId: newPaneId() });
  const drop = (tab: Tab, { paneId, at }: DropTarget) => {
    if ("index" in at) changeLayout(sessionId, { kind: "move", tab, paneId, index: at.index });
    else if (at.place === "middle") changeLayout(sessionId, { kind: "move", tab, paneId });
    else moveBeside(tab, paneId, at.place);
  };
  const { drag, press } = useTabDrag({ layout, panes, canStandBeside: !isNarrow, onDrop: drop });
  const splitWith = (placed: PlacedPane, kind: SplitKind) => {
    const edge = findEdge(placed);
    if (edge) actions.split(placed.pane, edge, kind);
  };
  const entriesOf = (placed: PlacedPane, tab: Tab): MenuEntry[] => {
    const pane = placed.stacked.find(({ tabs }) => tabs.some((each) => toTabKey(each) === toTabKey(tab))) ?? placed.pane;
    const others = pane.tabs.filter((each) => toTabKey(each) !== toTabKey(tab));
    const chat = tab.kind === "chat" ? chats.find(({ id }) => id === tab.chatId) : undefined;
    const next = listPanes(layout.root).find(({ id }) => id === findNextPane({ ...layout, activePaneId: pane.id })?.id);
    const edges = (
      [
        ["right", "Move to a pane on the right"],
        ["bottom", "Move to a pane below"],
      ] as const
    ).filter(([edge]) => others.length > 0 && !isNarrow && hasRoom(placed, edge) && canSplit(layout, pane.id, edge));
    return [
      ...edges.map(([edge, label]) => ({ label, takesFocus: true, onSelect: () => moveBeside(tab, pane.id, edge) })),
      ...(next && !isNarrow
        ? [
            {
              label: "Move to the next pane",
              takesFocus: true,
              onSelect: () => changeLayout(sessionId, { kind: "move", tab, paneId: next.id }),
            },
          ]
        : []),
      { label: "Copy link", onSelect: () => void copyText(new URL(toTabPath(sessionId, tab), location.href).href) },
      ...(chat ? exportEntries(chat) : []),
      ...(others.length > 0 ? [{ label: "Close others", onSelect: () => others.forEach(closing.closeTab) }] : []),
    ];
  };

  const activePlaced = panes.find(isActive);
  const activeEdge = activePlaced ? findEdge(activePlaced) : null;
  const nextPane = isNarrow ? undefined : findNextPane(layout);
  usePaneKeys({
    panes,
    layout,
    actions,
    onShow: show,
    onActivate: activate,
    onClose: closing.closeTab,
    onClosePane: isAlone ? null : () => closing.closePane(layout.activePaneId),
    onCode: () => openCode(sessionId, layout.activePaneId),
    onSplit: activePlaced && activeEdge ? (kind) => splitWith(activePlaced, kind) : null,
    onMove: nextPane
      ? (tab) => changeLayout(sessionId, { kind: "move", tab, paneId: nextPane.id })
      : activeEdge
        ? (tab) => moveBeside(tab, layout.activePaneId, activeEdge)
        : null,
  });

  return (
    <div ref={frame} className={clsx("relative min-h-0 min-w-0 flex-1", drag && "select-none [&_*]:cursor-grabbing!")}>
      {panes.map((placed, at) => (
        <div
          key={placed.key}
          data-pane={placed.key}
          data-pane-active={isActive(placed) ? "" : undefined}
          {...(isAlone ? {} : { role: "group", "aria-label": `Pane ${at + 1} of ${panes.length}`, "data-region": "pane", tabIndex: -1 })}
          style={toStyle(placed.rect)}
          className={clsx(
            "absolute flex min-h-0 min-w-0 flex-col overflow-hidden border-line outline-none",
            placed.rect.left > 0 && "border-l",
            placed.rect.top > 0 && "border-t",
          )}
          onPointerDownCapture={() => isActive(placed) || activate(placed)}
          onFocusCapture={() => isActive(placed) || activate(placed)}
        >
          <PaneView
            sessionId={sessionId}
            shown={placed}
            isActive={isActive(placed)}
            chats={chats}
            terminals={terminals}
            stateOf={stateOf}
            actions={actions}
            onShow={show}
            onClose={closing.closeTab}
            onPress={press}
            entriesOf={(tab) => entriesOf(placed, tab)}
            buttons={
              <PaneButtons
                onNewChat={() => actions.newChat(placed.pane)}
                isCreating={actions.isCreating}
                onNewTerminal={() => actions.newTerminal(placed.pane)}
                isOpeningTerminal={actions.isOpeningTerminal}
                onCode={() => openCode(sessionId, placed.pane.id)}
                onSplit={findEdge(placed) ? (kind) => splitWith(placed, kind) : null}
                onClosePane={isAlone ? null : () => closing.closePane(placed.pane.id)}
                onReopen={isActive(placed) ? actions.reopen : null}
              />
            }
          />
        </div>
      ))}
      {node.kind === "split" && (
        <Suspense>
          <Dividers
            split={node}
            onSizes={(splitKey, sizes, path) => {
              setLive((before) => new Map(before).set(splitKey, sizes));
              if (path) changeLayout(sessionId, { kind: "resize", path, sizes });
            }}
          />
        </Suspense>
      )}
      {drag && <DropPreview drag={drag} />}
      {closing.question}
    </div>
  );
}

const toStyle = ({ left, top, width, height }: Rect) => ({
  left: `${left * 100}%`,
  top: `${top * 100}%`,
  width: `${width * 100}%`,
  height: `${height * 100}%`,
});
