import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import type { ChatId } from "@boocode/shared/ids";
import type { ChatPlace } from "@boocode/shared/search/search";
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useEffectEvent, useState } from "react";
import { trpc } from "../../api/trpc.ts";
import { FindField } from "../../ui/find-field.tsx";
import { joinPlaces, nextPlace } from "./find-places.ts";
import { useMarks } from "./use-marks.ts";

/** While turns are still being read, the daemon is asked again. */
const READ_AGAIN_MS = 1_000;

/** The place that is shown, and which of the texts in it at first. */
type Chosen = ChatPlace & { from: "first" | "last" };

type FindBarProps = {
  chatId: ChatId;
  /** The loaded items, oldest first. */
  items: readonly TranscriptItem[];
  /** There are older items. */
  hasMore: boolean;
  scroller: RefObject<HTMLElement | null>;
  /** Counts how often the bar was asked for: each time its text is selected. */
  asked: number;
  /** Loads an item if need be, opens it and scrolls to it. */
  onPlace: (place: ChatPlace) => void;
  onDone: () => void;
};

/** The search field of a chat. Enter finds the next place, Shift+Enter the one before, Escape ends it. */
export default function FindBar({ chatId, items, hasMore, scroller, asked, onPlace, onDone }: FindBarProps) {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const older = useQuery({
    ...trpc.search.inChat.queryOptions({ chatId, text: text.slice(0, 200) }),
    enabled: text !== "" && hasMore,
    placeholderData: (previous) => (text === "" ? undefined : previous),
    refetchInterval: ({ state }) => (state.data?.isReading ? READ_AGAIN_MS : false),
  });
  const places = joinPlaces((hasMore && older.data?.places) || [], items, text);
  const marks = useMarks(scroller, text);
  const at = places.findIndex(({ itemKey }) => itemKey === chosen?.itemKey);
  const choose = (index: number | null, from: Chosen["from"]) => {
    const place = index === null ? undefined : places[index];
    setChosen(place ? { ...place, from } : null);
  };
  // A new text is looked for from the end of the chat.
  if (at === -1 && places.length > 0) choose(places.length - 1, "last");
  const onChosen = useEffectEvent(onPlace);
  useEffect(() => {
    if (!chosen) return;
    const { from, ...place } = chosen;
    onChosen(place);
    marks.show(place.itemKey, from);
  }, [chosen, marks]);
  const step = (by: 1 | -1) => {
    if (!marks.move(by)) choose(nextPlace(places, chosen?.itemKey ?? null, by), by === 1 ? "first" : "last");
  };
  const isLooking = hasMore && (older.isFetching || older.data?.isReading === true);
  return (
    <FindField
      label="Find in chat"
      placeholder="Find in this chat"
      text={text}
      onText={(next) => {
        setText(next);
        setChosen(null);
      }}
      status={
        text === ""
          ? ""
          : places.length > 0
            ? `${at + 1} of ${places.length}${older.data?.isCut || isLooking ? "+" : ""}`
            : isLooking
              ? "Looking"
              : older.isError
                ? "Older messages could not be searched"
                : "Not found"
      }
      canStep={places.length > 0}
      onStep={step}
      onDone={onDone}
      asked={asked}
      className="top-2 right-4"
    />
  );
}
