import { setImmediate as nextTurn } from "node:timers/promises";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { ManualTime } from "../../test/manual-time.ts";
import { Feed } from "../feed/feed.ts";
import { Git } from "../platform/git/git.ts";
import { silentLogger } from "../platform/logger.ts";
import { HeadMoves } from "./head-moves.ts";

it("looks once after the changes of one prompt, not at each, and no more once it is closed", async () => {
  const feed = new Feed();
  let looks = 0;
  const find = async () => {
    looks += 1;
    return null;
  };
  const deps = { feed, time: new ManualTime(), git: new Git({ env: {} }), logger: silentLogger(), worktrees: { find } };
  const moves = new HeadMoves({ ...deps, follow: async () => "not_now" });
  const prompt = () => {
    for (const noun of ["tasks", "chats", "tasks", "changes"] as const)
      feed.changed({ noun, ids: [BUILT_IDS.task], sessionId: BUILT_IDS.session });
  };
  prompt();
  expect(looks).toBe(0);
  await nextTurn();
  expect(looks).toBe(1);
  prompt();
  await nextTurn();
  expect(looks).toBe(2);
  prompt();
  await moves.close();
  prompt();
  await nextTurn();
  expect(looks).toBe(2);
});
