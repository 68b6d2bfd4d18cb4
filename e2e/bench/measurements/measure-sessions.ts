import { insertChat } from "@boocode/db/stores/chats/chat-store";
import type { Database } from "@boocode/db/database";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { insertTask } from "@boocode/db/stores/chats/task-store";
import { ChatId, PromptId, SessionId, TaskId } from "@boocode/shared/ids";
import { buildChat, buildSession, buildTask } from "@boocode/shared/testing/build";
import { DaemonHome } from "../../fixture/start-daemon.ts";
import { BENCH_IDS, toId } from "../bench-ids.ts";
import { connectTo } from "../daemon-client.ts";
import { fillProject, openHome } from "../fill-home.ts";
import { type Measurement, toRow } from "../measurement.ts";

const SESSIONS = 200;
const TASKS_PER_SESSION = 20;

/** Measures the list of sessions, which every page reloads whenever a task begins or ends. */
export const measureSessions: Measurement = {
  name: "sessions",
  async run({ rounds }) {
    await using home = await DaemonHome.make();
    const db = await openHome(home);
    await fillProject(db);
    await fillSessions(db);
    await db.close();
    const daemon = await home.start();
    await using connection = await connectTo(daemon);
    const ours: number[] = [];
    const limit: number[] = [];
    const timed = async (ask: () => Promise<unknown>) => {
      const startedAt = performance.now();
      await ask();
      return performance.now() - startedAt;
    };
    for (let round = -3; round < rounds * 3; round += 1) {
      const list = await timed(() => connection.client.sessions.list.query({}));
      const settings = await timed(() => connection.client.settings.get.query());
      // The first rounds warm up the daemon and are discarded.
      if (round < 0) continue;
      ours.push(list);
      limit.push(settings);
    }
    await daemon.stop();
    return [
      toRow({
        name: `list of ${SESSIONS} sessions`,
        unit: "ms",
        limitName: "a query of one row, the same way",
        goal: { of: "difference", is: "at_most", value: 5 },
        samples: { ours, limit },
      }),
    ];
  },
};

async function fillSessions(db: Database): Promise<void> {
  await db.write("normal", async (tx) => {
    for (let session = 1; session <= SESSIONS; session += 1) {
      const sessionId = SessionId.parse(toId("ses", session));
      const chatId = ChatId.parse(toId("chat", session));
      await insertSession(tx, buildSession({ id: sessionId, projectId: BENCH_IDS.project, title: `Session ${session}` }));
      await insertChat(tx, buildChat({ id: chatId, sessionId }));
      for (let task = 1; task <= TASKS_PER_SESSION; task += 1) {
        const number = session * 1_000 + task;
        const [id, promptId] = [TaskId.parse(toId("tsk", number)), PromptId.parse(toId("prm", number))];
        const times = { createdAt: task, startedAt: task, endedAt: task + 1 };
        await insertTask(tx, buildTask({ id, promptId, sessionId, chatId, state: "completed", acceptedSeq: task, ...times }));
      }
    }
  });
}
