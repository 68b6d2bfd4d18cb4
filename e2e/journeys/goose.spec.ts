import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { SYSTEM_TABLE } from "../../apps/coder/src/platform/processes/table/system-table.ts";
import { WORK_MARKER } from "../../apps/coder/src/platform/processes/work-mark.ts";
import { findGoose } from "../agents/find-goose.ts";
import { callOver } from "../bench/daemon-client.ts";
import { expect, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";
import { chooseAgent } from "../fixture/use-opencode.ts";

test("two goose messages on one process and one ACP session: the second knows the first", async ({ page, home }) => {
  await using model = await ScriptedModel.start({
    script: ({ body: { messages, tools } }) => {
      const heard = JSON.stringify(messages).match(/tell you (?:first|second)/g) ?? [];
      // goose asks for titles on the side, without tools.
      return { steps: [{ kind: "text", text: tools ? `I heard ${[...new Set(heard)].join(" and ")}.` : "A title" }] };
    },
  });
  const data = join(home.dataDir, "data");
  await mkdir(data, { recursive: true });
  const { origin, apiKey } = model;
  const env = {
    GOOSE_PROVIDER: "openai",
    GOOSE_MODEL: "scripted",
    OPENAI_HOST: origin,
    OPENAI_API_KEY: apiKey,
    GOOSE_DISABLE_KEYRING: "1",
  };
  await writeFile(join(data, "agents.json"), JSON.stringify([{ id: "goose", command: [findGoose()], env }]));
  const daemon = await home.start();
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await openPath(page, daemon, repository.path);
  await chooseAgent(page, /^goose/i);

  const api = callOver(daemon);
  const look = async () => {
    const [session] = await api.sessions.list.query({});
    const rows = await api.agentSessions.list.query({ sessionId: session!.id });
    const marked = (await SYSTEM_TABLE.listMarked(WORK_MARKER)).filter(({ value }) => value.startsWith(`${session!.id}/`));
    return {
      sessions: rows.map(({ agent, agentSessionId, warm }) => ({ agent, agentSessionId, warm })),
      pids: marked.map(({ pid }) => pid).toSorted(),
    };
  };
  await send(page, "I tell you first");
  await settled(page);
  await expect(transcript(page)).toContainText("I heard tell you first.");
  const first = await look();
  expect(first.pids).toHaveLength(1);
  expect(first.sessions).toEqual([{ agent: "goose", agentSessionId: expect.any(String), warm: true }]);

  await send(page, "I tell you second");
  await settled(page);
  await expect(transcript(page)).toContainText("I heard tell you first and tell you second.");
  expect(await look()).toEqual(first);
  await expect(page.getByRole("status", { name: "Agent session" })).toHaveText("resumed");
});
