import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, expectNoAxeFindings, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";
import { useAsker } from "../fixture/use-asker.ts";
import { chooseAgent } from "../fixture/use-opencode.ts";

test("a permission is answered after a reload: it waits there as before, by keyboard, and the answer stays with it", async ({
  page,
  home,
}) => {
  await using repository = await createRepository();
  await useAsker(home, [[{ do: "askPermission", title: "look around", then: { allow: [{ do: "say", text: "Looked." }] } }]]);
  await openPath(page, await home.start(), repository.path);
  await chooseAgent(page, /Asker/);
  await send(page, "Look");
  const question = transcript(page).getByRole("group", { name: "Permission" });
  await expect(question).toContainText("look around");

  await page.reload();
  await expect(question).toContainText("look around");
  await expectNoAxeFindings(page);
  await question.focus();
  await page.keyboard.press("1");
  await settled(page);
  await expect(transcript(page)).toContainText("Looked.");
  await expect(question).toContainText("You answered: Allow");

  await page.reload();
  await expect(question).toContainText("You answered: Allow");
  await expect(question.getByRole("button", { name: "Allow" })).toBeHidden();
});
