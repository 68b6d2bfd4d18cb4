import { BlobId, PromptId } from "@boocode/shared/ids";
import { describe, expect, it } from "vitest";
import {
  attachTo,
  beginSend,
  decodeDraft,
  detachFrom,
  EMPTY_DRAFT,
  encodeDraft,
  settleAccepted,
  settleFailed,
  writeDraft,
} from "./draft.ts";

const id = (name: string) => PromptId.parse(name);
const mint = (name: string) => () => id(name);
const typed = (text: string) => writeDraft(EMPTY_DRAFT, text);

describe("a draft", () => {
  it("empties the composer when sending and forgets the prompt only once it is accepted", () => {
    const { draft, attempt } = beginSend(typed("hello"), mint("p1"));
    expect(attempt).toEqual({ promptId: "p1", text: "hello" });
    expect(draft.text).toBe("");
    expect(encodeDraft(draft)).not.toBeNull();
    expect(settleAccepted(draft, id("p1"))).toEqual(EMPTY_DRAFT);
  });

  it("comes back when refused, and the same text is the same prompt", () => {
    const back = settleFailed(beginSend(typed("hello"), mint("p1")).draft, id("p1"));
    expect(back.text).toBe("hello");
    expect(beginSend(back, mint("p2")).attempt.promptId).toBe("p1");
  });

  it("becomes a new prompt when edited, and the same prompt again when the edit is undone", () => {
    const back = settleFailed(beginSend(typed("hello"), mint("p1")).draft, id("p1"));
    const edited = writeDraft(back, "hello!");
    expect(beginSend(edited, mint("p2")).attempt.promptId).toBe("p2");
    expect(beginSend(writeDraft(edited, "hello"), mint("p2")).attempt.promptId).toBe("p1");
  });

  it("keeps text typed while a failing prompt was being sent", () => {
    const sending = writeDraft(beginSend(typed("first"), mint("p1")).draft, "second");
    const back = settleFailed(sending, id("p1"));
    expect(back.text).toBe("first\n\nsecond");
    expect(beginSend(back, mint("p2")).attempt.promptId).toBe("p2");
  });

  it("keeps its files through sending, a failure and storage, and other files are another prompt", () => {
    const file = { blobId: BlobId.parse("0".repeat(64)), name: "a.png", bytes: 1, type: "image/png" } as const;
    const { draft, attempt } = beginSend(attachTo(typed("hello"), file), mint("p1"));
    expect([attempt, draft.attachments]).toEqual([{ promptId: "p1", text: "hello", attachments: [file] }, []]);
    const back = decodeDraft(encodeDraft(draft));
    expect(back).toMatchObject({ text: "hello", attachments: [file], retry: { promptId: "p1" } });
    expect(beginSend(back, mint("p2")).attempt.promptId).toBe("p1");
    expect(beginSend(detachFrom(back, 0), mint("p2")).attempt).toEqual({ promptId: "p2", text: "hello" });
    // Files alone are a draft too, and what was attached meanwhile comes behind.
    const alone = settleFailed(attachTo(beginSend(attachTo(EMPTY_DRAFT, file), mint("p3")).draft, { ...file, name: "b.png" }), id("p3"));
    expect(alone.attachments.map(({ name }) => name)).toEqual(["a.png", "b.png"]);
    expect(encodeDraft(attachTo(EMPTY_DRAFT, file))).not.toBeNull();
    expect(decodeDraft('{"text":"x","attachments":[{"name":1}],"sending":[],"retry":null}').attachments).toEqual([]);
  });

  it("settles several prompts in flight separately", () => {
    const one = beginSend(typed("one"), mint("p1")).draft;
    const two = beginSend(writeDraft(one, "two"), mint("p2")).draft;
    expect(settleAccepted(two, id("p1")).sending).toEqual([{ promptId: "p2", text: "two" }]);
    expect(settleFailed(settleAccepted(two, id("p1")), id("p2")).text).toBe("two");
  });

  it("survives a reload in the middle of sending, in order", () => {
    const one = beginSend(typed("one"), mint("p1")).draft;
    const two = beginSend(writeDraft(one, "two"), mint("p2")).draft;
    expect(decodeDraft(encodeDraft(one))).toEqual({ text: "one", attachments: [], sending: [], retry: { promptId: "p1", text: "one" } });
    expect(decodeDraft(encodeDraft(two)).text).toBe("one\n\ntwo");
  });

  it("drops a restored prompt found in the journal, but not an edited one", () => {
    const restored = decodeDraft(encodeDraft(beginSend(typed("hello"), mint("p1")).draft));
    expect(settleAccepted(restored, id("p1"))).toEqual(EMPTY_DRAFT);
    expect(settleAccepted(writeDraft(restored, "hello, and more"), id("p1"))).toEqual({
      text: "hello, and more",
      attachments: [],
      sending: [],
      retry: null,
    });
  });

  it("is unaffected by other prompts", () => {
    const draft = beginSend(typed("hello"), mint("p1")).draft;
    expect(settleAccepted(draft, id("p9"))).toBe(draft);
    expect(settleFailed(draft, id("p9"))).toBe(draft);
    expect(writeDraft(draft, "")).toBe(draft);
  });

  it.each([null, "", "{", "null", "[]", '{"text":3,"sending":[{"a":1},null],"retry":"x"}'])("reads %j as empty", (stored) => {
    expect(decodeDraft(stored)).toEqual(EMPTY_DRAFT);
    expect(encodeDraft(decodeDraft(stored))).toBeNull();
  });
});
