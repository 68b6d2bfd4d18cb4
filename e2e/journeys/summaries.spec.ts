import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { ScriptedOpencodeProgram } from "@boocode/testkit/scripted-opencode-program";
import { DaemonHome } from "../fixture/start-daemon.ts";
import { expect, expectNoAxeFindings, openDemo, send, settled, test, transcript } from "../fixture/journey.ts";
import { chooseAgent, useOpencode } from "../fixture/use-opencode.ts";

test("where an agent goes on with a summary of the chat, the transcript has a line that opens it, also after a reload", async ({
  page,
}) => {
  await using model = await ScriptedModel.start({
    modelFields: { max_model_len: 4_000 },
    script: ({ body }) => {
      const isSummary = JSON.stringify(body.messages[0]).includes("You summarise");
      const answer = body.messages.at(-1)?.content === "Three" ? "Short." : "many words ".repeat(450);
      return { steps: [{ kind: "text", text: isSummary ? "They want speed." : answer }] };
    },
  });
  await using opencode = await ScriptedOpencodeProgram.create({
    script: ({ sessionId, messageId }) => {
      const info = { id: `${messageId}s`, sessionID: sessionId, role: "assistant", summary: true, time: { created: 1 } };
      const part = {
        id: "prt_summary",
        sessionID: sessionId,
        messageID: info.id,
        type: "text",
        text: "They want **order**.",
        time: { end: 1 },
      };
      return {
        steps: [
          { do: "event", type: "message.updated", properties: { sessionID: sessionId, info } },
          { do: "event", type: "message.part.updated", properties: { sessionID: sessionId, part } },
          {
            do: "event",
            type: "message.updated",
            properties: { sessionID: sessionId, info: { ...info, time: { created: 1, completed: 2 } } },
          },
          { do: "event", type: "session.compacted", properties: { sessionID: sessionId } },
          { do: "say", text: "On we go." },
        ],
      };
    },
  });
  await using home = await DaemonHome.make({
    BOOCODE_MODEL_URL: model.baseUrl,
    BOOCODE_MODEL_KEY: model.apiKey,
    BOOCODE_DEFAULT_MODEL: "scripted",
  });
  await useOpencode(home, opencode.file);
  await openDemo(page, await home.start());
  for (const words of ["One", "Two", "Three"]) {
    await send(page, words);
    await settled(page);
  }
  const ours = transcript(page).getByRole("button", { name: "Earlier messages were summarised." });
  await expect(ours).toHaveCount(1);
  await ours.click();
  await expect(transcript(page)).toContainText("They want speed.");

  await chooseAgent(page, /opencode/);
  await send(page, "Four");
  await settled(page);
  await page.reload();
  const theirs = transcript(page).getByRole("button", { name: "opencode summarised the conversation to make room for more." });
  await expect(theirs).toHaveCount(1);
  await expect(transcript(page)).not.toContainText("They want **order**.");
  await theirs.click();
  await expect(transcript(page)).toContainText("They want **order**.");
  await expect(transcript(page)).toContainText("On we go.");
  await expectNoAxeFindings(page);
});
