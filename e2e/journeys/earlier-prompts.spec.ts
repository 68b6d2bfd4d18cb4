import { fillChats, fillProject, openHome } from "../bench/fill-home.ts";
import { expect, expectNoAxeFindings, message, openDemo, send, settled, test, transcript } from "../fixture/journey.ts";

test("earlier prompts come back with the up key, are edited and sent again, and what was said is quoted", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  for (const text of ["explain README.md", "count to 3"]) {
    await send(page, text);
    await settled(page);
  }
  const field = message(page);
  await field.focus();
  for (const [key, text] of [
    ["ArrowUp", "count to 3"],
    ["ArrowUp", "explain README.md"],
    ["ArrowUp", "explain README.md"],
    ["ArrowDown", "count to 3"],
    ["ArrowDown", ""],
  ] as const) {
    await page.keyboard.press(key);
    await expect(field).toHaveValue(text);
  }

  await page.keyboard.type("of my own");
  await page.keyboard.press("ArrowUp");
  await expect(field).toHaveValue("of my own");
  await transcript(page).getByTestId("prompt").filter({ hasText: "count to 3" }).hover();
  await transcript(page)
    .getByTestId("prompt")
    .filter({ hasText: "count to 3" })
    .getByRole("button", { name: "Edit and send again" })
    .click();
  await expect(field).toHaveValue("of my own\n\ncount to 3");
  await expect(field).toBeFocused();
  await field.fill("");

  const answer = transcript(page).getByText("1 2 3", { exact: true });
  await answer.click({ clickCount: 3 });
  const quote = page.getByRole("button", { name: /^Quote/ });
  await expect(quote).toBeVisible();
  await expectNoAxeFindings(page);
  await quote.click();
  await expect(field).toHaveValue("> 1 2 3\n\n");
  await expect(field).toBeFocused();
  await expect(quote).toBeHidden();
  await page.keyboard.type("And now?");
  await page.keyboard.press("Enter");
  await expect(transcript(page).getByTestId("prompt")).toHaveCount(3);
  await settled(page);
  await answer.click({ clickCount: 3 });
  await expect(quote).toBeVisible();
  await page.keyboard.press("Alt+q");
  await expect(field).toHaveValue("> 1 2 3\n\n");
});

test("keys go from prompt to prompt through a long chat, and back to its end", async ({ page, home }) => {
  const db = await openHome(home);
  await fillProject(db);
  const [chat] = await fillChats(db, [200]);
  await db.close();
  const { address } = await home.start();
  await page.goto(address);
  await page.getByRole("navigation", { name: "Sessions" }).getByRole("link", { name: "Long chats" }).click();
  await expect(transcript(page)).toContainText(chat!.lastWords);
  const prompt = (step: number) => transcript(page).getByText(`Step ${step}: make slugs short.`, { exact: true });
  for (const step of [20, 19, 18]) {
    await page.keyboard.press("Alt+PageUp");
    await expect(prompt(step)).toBeInViewport();
  }
  await page.keyboard.press("Alt+PageDown");
  await expect(prompt(19)).toBeInViewport();
  await page.keyboard.press("Alt+PageDown");
  await expect(prompt(20)).toBeInViewport();
  await page.keyboard.press("Alt+PageDown");
  await expect(transcript(page).getByText(chat!.lastWords)).toBeInViewport();
});
