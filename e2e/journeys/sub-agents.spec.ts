import type { AcpStep } from "@boocode/testkit/acp/acp-scenario";
import { createRepository } from "@boocode/testkit/repo-builder";
import { changes, expect, expectNoAxeFindings, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";
import { chooseAgent } from "../fixture/use-opencode.ts";
import { useAsker } from "../fixture/use-asker.ts";

test("a sub-agent's calls stand in the call that began it, and its question is answered after a reload; what it wrote is its agent's", async ({
  page,
  home,
}) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  const parent = { toolCallId: "outer", title: "Look around", kind: "other", rawInput: { prompt: "Look" } };
  const of = { _meta: { parentToolCallId: "outer" } };
  const child = { toolCallId: "call-Write child.txt", title: "Write child.txt", kind: "edit", locations: [{ path: "child.txt" }], ...of };
  const text = (words: string) => ({ sessionUpdate: "agent_message_chunk", content: { type: "text", text: words } });
  const steps: AcpStep[] = [
    { do: "emit", update: { sessionUpdate: "tool_call", status: "in_progress", ...parent } },
    { do: "emit", update: { ...text("I am only a sub-agent."), ...of } },
    { do: "emit", update: { sessionUpdate: "tool_call", status: "pending", ...child } },
    {
      do: "askPermission",
      title: "Write child.txt",
      then: {
        allow: [
          { do: "writeFile", path: "child.txt", text: "child\n" },
          { do: "emit", update: { sessionUpdate: "tool_call_update", status: "completed", ...child } },
          {
            do: "emit",
            update: {
              sessionUpdate: "tool_call_update",
              toolCallId: "outer",
              status: "completed",
              content: [{ type: "content", content: { type: "text", text: "The house is fine." } }],
            },
          },
          { do: "say", text: "It was delegated." },
        ],
      },
    },
  ];
  await useAsker(home, [steps]);
  await openPath(page, await home.start(), repository.path);
  await chooseAgent(page, /Asker/);
  await send(page, "Delegate it");
  const question = transcript(page).getByRole("group", { name: "Permission" });
  await expect(question).toBeVisible();
  await page.reload();
  await expect(page.getByRole("link", { name: "Inbox, 1 question for you" })).toBeVisible();
  await expectNoAxeFindings(page);
  await question.getByRole("button", { name: "Allow" }).click();
  await settled(page);

  const outer = transcript(page).getByRole("button", { name: /Look around/ });
  await expect(outer).toContainText("1 call");
  await expect(transcript(page)).toContainText("It was delegated.");
  await expect(transcript(page)).not.toContainText("I am only a sub-agent.");
  if ((await outer.getAttribute("aria-expanded")) === "false") await outer.click();
  await expect(transcript(page)).toContainText("The house is fine.");
  await expect(changes(page).getByRole("row", { name: "child.txt" })).toContainText(/asker/i);
});
