import { TaskId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { isMessageIdOf, newMessageId } from "./message-id.ts";

const place = { sessionId: "ses_1", taskId: TaskId.parse("task_1") };

it("has opencode's form, sorts by time, and is known by its session and task", () => {
  const [first, second] = [newMessageId(1_000, place), newMessageId(1_001, place)];
  expect(first).toMatch(/^msg_[0-9a-f]{12}[0-9A-Za-z]{14}$/);
  expect(first < second).toBe(true);
  expect([first, second].map((id) => isMessageIdOf(place, id))).toEqual([true, true]);
});

it.each([{ sessionId: "ses_2" }, { taskId: TaskId.parse("task_2") }])(
  "of another place is another one, at the same moment: %o",
  (other) => {
    const id = newMessageId(1_000, { ...place, ...other });
    expect(id).not.toBe(newMessageId(1_000, place));
    expect(isMessageIdOf(place, id)).toBe(false);
  },
);
