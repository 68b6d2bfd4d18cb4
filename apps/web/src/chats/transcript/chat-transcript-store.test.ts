import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import type { TranscriptPage } from "@boocode/shared/chats/transcript";
import type { Seq } from "@boocode/shared/ids";
import { BUILT_IDS, buildEvents } from "@boocode/shared/testing/build";
import { describe, expect, it } from "vitest";
import { ChatTranscriptStore, type TranscriptPort } from "./chat-transcript-store.ts";

const delta = (offset: number, text: string) => ({ type: "text.delta", partId: "part", offset, text }) as const;
const prompt = {
  type: "prompt.accepted",
  promptId: BUILT_IDS.prompt,
  agent: BUILT_IDS.agent,
  model: "",
  mode: "",
  kind: "message",
  text: "Do it",
} as const;
const JOURNAL: ChatEvent[] = buildEvents([
  prompt,
  { type: "task.started", agent: BUILT_IDS.agent, model: "demo" },
  delta(0, "a"),
  delta(1, "b"),
  delta(2, "c"),
]);
const pageOf = (events: readonly ChatEvent[], hasMore = false): TranscriptPage => {
  const { items, seq, runningTaskId } = applyChatEvents(emptyTranscript(BUILT_IDS.chat), events);
  return { items, seq, hasMore, runningTaskId };
};

/** A small fake daemon: the test decides when pages are answered and frames are painted. */
class Desk implements TranscriptPort {
  readonly pages: { before: Seq | undefined; answer: (page: TranscriptPage) => void; refuse: (error: unknown) => void }[] = [];
  readonly followers: { cursor: Seq; send: (frame: SessionFrame) => void; isOpen: boolean }[] = [];
  #frames: (() => void)[] = [];

  readPage = (before: Seq | undefined) =>
    new Promise<TranscriptPage>((answer, refuse) => {
      this.pages.push({ before, answer, refuse });
    });

  follow = (cursor: Seq, send: (frame: SessionFrame) => void) => {
    const follower = { cursor, send, isOpen: true };
    this.followers.push(follower);
    return () => {
      follower.isOpen = false;
    };
  };

  onNextFrame = (run: () => void) => {
    this.#frames.push(run);
  };

  send(events: readonly ChatEvent[]): void {
    this.followers.at(-1)?.send({ kind: "events", events });
  }

  paint(): number {
    const due = this.#frames.splice(0);
    for (const run of due) run();
    return due.length;
  }
}

/** Waits until all pending promises have settled. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

async function open(page = pageOf(JOURNAL.slice(0, 3))) {
  const desk = new Desk();
  const store = new ChatTranscriptStore(BUILT_IDS.chat, desk);
  let renders = 0;
  const leave = store.subscribe(() => (renders += 1));
  desk.pages.at(-1)?.answer(page);
  await settle();
  const text = () =>
    store
      .getSnapshot()
      .items.map((item) => ("text" in item ? item.text : item.kind))
      .join(" ");
  return { desk, store, leave, text, renders: () => renders };
}

describe("ChatTranscriptStore", () => {
  it("reads the newest page and follows from its seq", async () => {
    const { desk, store, text } = await open();
    expect(store.getSnapshot().phase).toBe("ready");
    expect(text()).toBe("Do it a");
    expect(desk.followers.map((each) => each.cursor)).toEqual([3]);
  });

  it("folds all events between two frames together", async () => {
    const { desk, text, renders } = await open();
    const before = renders();
    desk.send(JOURNAL.slice(3, 4));
    desk.send(JOURNAL.slice(4));
    expect(text()).toBe("Do it a");
    expect(desk.paint()).toBe(1);
    expect(text()).toBe("Do it abc");
    expect(renders() - before).toBe(1);
  });

  it("ignores events it already has", async () => {
    const { desk, store } = await open();
    const { items } = store.getSnapshot();
    desk.send(JOURNAL.slice(0, 3));
    desk.paint();
    expect(store.getSnapshot().items).toBe(items);
  });

  it("keeps its state without listeners, and catches up from there", async () => {
    const { desk, store, leave, text } = await open();
    leave();
    expect(desk.followers.at(-1)?.isOpen).toBe(false);
    store.subscribe(() => {});
    expect(text()).toBe("Do it a");
    expect(desk.pages).toHaveLength(1);
    expect(desk.followers.at(-1)).toMatchObject({ cursor: 3, isOpen: true });
    desk.send(JOURNAL.slice(3));
    desk.paint();
    expect(text()).toBe("Do it abc");
  });

  it("reads the page again after a resync", async () => {
    const { desk, text } = await open();
    desk.followers.at(-1)?.send({ kind: "resync", seq: 1 });
    expect(desk.pages).toHaveLength(2);
    desk.pages.at(-1)?.answer(pageOf(JOURNAL));
    await settle();
    expect(text()).toBe("Do it abc");
    expect(desk.followers.map((each) => [each.cursor, each.isOpen])).toEqual([
      [3, false],
      [5, true],
    ]);
  });

  it("prepends older items once, from before its oldest item", async () => {
    const { desk, store, text } = await open(pageOf(JOURNAL, true));
    const newest = store.getSnapshot().transcript.items.slice(1);
    const { desk: short, store: tail } = await open({ ...pageOf(JOURNAL, true), items: newest });
    const reading = tail.loadOlder();
    await tail.loadOlder();
    expect(short.pages.map((page) => page.before)).toEqual([undefined, 3]);
    expect(tail.getSnapshot().older).toBe("reading");
    short.pages.at(-1)?.answer(pageOf(JOURNAL.slice(0, 1)));
    await reading;
    expect(tail.getSnapshot()).toMatchObject({ older: "idle", hasMore: false });
    expect(tail.getSnapshot().items.map((item) => item.kind)).toEqual(["prompt", "text"]);
    await tail.loadOlder();
    expect(short.pages).toHaveLength(2);
    expect(text()).toBe("Do it abc");
    expect(desk.pages).toHaveLength(1);
  });

  it("reports that the page could not be read, and reads it on retry", async () => {
    const desk = new Desk();
    const store = new ChatTranscriptStore(BUILT_IDS.chat, desk);
    store.subscribe(() => {});
    const error = new Error("no line");
    desk.pages[0]?.refuse(error);
    await settle();
    expect(store.getSnapshot()).toMatchObject({ phase: "failed", error });
    store.retry();
    expect(store.getSnapshot().phase).toBe("loading");
    desk.pages[1]?.answer(pageOf(JOURNAL));
    await settle();
    expect(store.getSnapshot().phase).toBe("ready");
    expect(desk.followers).toHaveLength(1);
  });

  it("reads a preloaded page only once", async () => {
    const desk = new Desk();
    const store = new ChatTranscriptStore(BUILT_IDS.chat, desk);
    store.preload();
    store.preload();
    store.subscribe(() => {});
    expect(desk.pages).toHaveLength(1);
    desk.pages[0]?.answer(pageOf(JOURNAL));
    await settle();
    expect(store.getSnapshot().phase).toBe("ready");
    expect(desk.followers).toHaveLength(1);
    store.preload();
    expect(desk.pages).toHaveLength(1);
  });

  it("does not follow without listeners, and reads again if the preload failed", async () => {
    const desk = new Desk();
    const store = new ChatTranscriptStore(BUILT_IDS.chat, desk);
    store.preload();
    desk.pages[0]?.refuse(new Error("no line"));
    await settle();
    store.subscribe(() => {});
    desk.pages[1]?.answer(pageOf(JOURNAL));
    await settle();
    expect(desk.followers).toHaveLength(1);
    const early = new ChatTranscriptStore(BUILT_IDS.chat, desk);
    early.preload();
    desk.pages[2]?.answer(pageOf(JOURNAL));
    await settle();
    expect(desk.followers).toHaveLength(1);
    early.subscribe(() => {});
    expect(desk.followers).toHaveLength(2);
  });

  it("does not follow if the last listener left during the read", async () => {
    const desk = new Desk();
    const store = new ChatTranscriptStore(BUILT_IDS.chat, desk);
    store.subscribe(() => {})();
    store.subscribe(() => {});
    expect(desk.pages).toHaveLength(2);
    desk.pages[0]?.answer(pageOf(JOURNAL.slice(0, 1)));
    desk.pages[1]?.answer(pageOf(JOURNAL));
    await settle();
    expect(desk.followers.map((each) => each.cursor)).toEqual([5]);
  });

  it("keeps a waiting prompt out of the items until its turn begins", async () => {
    const other = "task-2" as typeof BUILT_IDS.task;
    const { desk, store } = await open(pageOf(JOURNAL));
    desk.send(buildEvents([{ ...prompt, text: "Next" }], { taskId: other }, 6));
    desk.paint();
    expect(store.getSnapshot().waiting.map((prompt) => prompt.taskId)).toEqual([other]);
    expect(store.getSnapshot().items.map((item) => item.kind)).toEqual(["prompt", "text"]);
    desk.send(buildEvents([{ type: "task.started", agent: BUILT_IDS.agent, model: "demo" }], { taskId: other }, 7));
    desk.paint();
    expect(store.getSnapshot().waiting).toEqual([]);
    expect(store.getSnapshot().items.map((item) => item.kind)).toEqual(["prompt", "text", "prompt"]);
  });
});
