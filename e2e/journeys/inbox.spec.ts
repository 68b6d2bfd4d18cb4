import type { AcpStep } from "@boocode/testkit/acp/acp-scenario";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, expectNoAxeFindings, message, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";
import { useAsker } from "../fixture/use-asker.ts";

test("questions of all sessions stand in one inbox, and are answered there, by keyboard or from another browser", async ({
  page,
  home,
  context,
}) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  const ask: AcpStep[] = [{ do: "askPermission", title: "look around", then: { allow: [{ do: "say", text: "Looked." }] } }];
  await useAsker(home, [ask]);
  await openPath(page, await home.start(), repository.path);
  for (const text of ["Ask in the first", "Ask in the second"]) {
    if (text.endsWith("second")) await page.getByRole("button", { name: "New session" }).click();
    await expect(transcript(page)).toBeHidden();
    await page.getByRole("combobox", { name: "Agent" }).click();
    await page.getByRole("option", { name: /Asker/ }).click();
    await send(page, text);
    await expect(transcript(page).getByRole("group", { name: "Permission" })).toBeVisible();
  }
  const link = page.getByRole("link", { name: "Inbox, 2 questions for you" });
  await expect(link).toBeVisible();
  await message(page).press("ControlOrMeta+i");
  const questions = page.getByRole("list", { name: "Questions" });
  const cards = questions.getByRole("group", { name: "Permission" });
  await expect(cards).toHaveCount(2);
  await expect(questions.getByRole("listitem").first()).toContainText("Ask in the first");
  await expectNoAxeFindings(page);

  // The other browser answers the second; the first keeps its place.
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByRole("group", { name: "Permission" }).nth(1).getByRole("button", { name: "Allow" }).click();
  await expect(cards.nth(1)).toContainText("No longer asked");
  await expect(page.getByRole("link", { name: "Inbox, 1 question for you" })).toBeVisible();

  await cards.nth(1).focus();
  await page.keyboard.press("ArrowUp");
  await expect(cards.first()).toBeFocused();
  const allow = cards.first().getByRole("button", { name: "Allow" });
  await expect(allow).toBeEnabled();
  await allow.press("Enter");
  await expect(cards.first()).toContainText("You answered: Allow");
  await expect(cards.first()).toBeFocused();
  await expect(page.getByRole("main")).toContainText("No agent waits for your answer");
  await questions.getByRole("link", { name: /Ask in the first/ }).click();
  await settled(page);
  await expect(transcript(page)).toContainText("Looked.");
});
