import { changes, expect, expectNoAxeFindings, message, send, settled, test, transcript } from "../fixture/journey.ts";

test("a newcomer gets from nothing to a change in the demo project, and continues from it", async ({ page, daemon }) => {
  await page.goto(daemon.address);
  await expect(page.getByRole("button", { name: "Try the demo project" })).toBeVisible();
  await expect(page).not.toHaveURL(/token/);
  await expectNoAxeFindings(page);

  await page.getByRole("button", { name: "Try the demo project" }).click();
  await expect(message(page)).toBeFocused();
  // There is only one model, so there is nothing to pick.
  await expect(page.getByRole("combobox", { name: "Model" })).toBeDisabled();
  await expect(page.getByRole("combobox", { name: "Model" })).toContainText("scripted");

  await send(page, "create a file notes.md that says Hello from BooCode");
  await expect(transcript(page)).toContainText("scripted");
  await settled(page);

  const row = changes(page).getByRole("row", { name: /notes\.md/ });
  await expect(row).toContainText("boocode");
  await row.getByRole("button").first().click();
  await expect(changes(page)).toContainText("Hello from BooCode");

  await send(page, "append And again to notes.md");
  await settled(page);
  await expect(changes(page)).toContainText("And again");
  await expect(changes(page).getByRole("row", { name: /\.md$/ })).toHaveCount(1);
  await expectNoAxeFindings(page);
});

test("the demo model's actions are done by real tools", async ({ page, daemon }) => {
  await page.goto(daemon.address);
  await page.getByRole("button", { name: "Try the demo project" }).click();
  const asks = [
    ["create a file one.txt that says first", /one\.txt/],
    ["rename one.txt to two.txt", /two\.txt/],
    ["list files", /README\.md/],
    ["explain README.md", /lines?/],
    ["run git --version", /git version/],
    ["delete two.txt", /two\.txt/],
    ["what is the meaning of life?", /create a file/],
  ] as const;
  for (const [ask, answer] of asks) {
    await send(page, ask);
    await settled(page);
    await expect(transcript(page)).toContainText(answer);
  }
  await expect(changes(page).getByRole("row")).toHaveCount(0);
});
