import { fillChats, fillProject, openHome } from "../bench/fill-home.ts";
import { expect, expectNoAxeFindings, message, test, transcript } from "../fixture/journey.ts";

const TURNS = 60;

test("find in a chat goes through all of it, loads what is older, opens what is folded, and gives the focus back", async ({
  page,
  home,
}) => {
  const db = await openHome(home);
  await fillProject(db);
  const [chat] = await fillChats(db, [TURNS * 10]);
  await db.close();
  const { address } = await home.start();
  await page.goto(address);
  await page.getByRole("navigation", { name: "Sessions" }).getByRole("link", { name: "Long chats" }).click();
  await expect(transcript(page)).toContainText(chat!.lastWords);
  await message(page).focus();

  await page.keyboard.press("ControlOrMeta+f");
  const bar = page.getByRole("search", { name: "Find in chat" });
  const field = bar.getByRole("textbox", { name: "Find in chat" });
  await expect(field).toBeFocused();
  await field.fill("Nowhere in here");
  await expect(bar.getByRole("status")).toHaveText("Not found");

  // What a call wrote is in a group of calls, and the place nearest to the end comes first.
  await field.fill("SRC/main.ts:14");
  await expect(bar.getByRole("status")).toHaveText(`${TURNS} of ${TURNS}`);
  const output = transcript(page).getByLabel("Output").filter({ hasText: "src/main.ts:14" });
  await expect(output.last()).toBeInViewport();
  const marked = () => page.evaluate(() => [...(CSS.highlights.get("found-current") ?? [])].map((range) => range.toString()));
  await expect.poll(marked).toEqual(["src/main.ts:14"]);
  await page.keyboard.press("Shift+Enter");
  await expect(bar.getByRole("status")).toHaveText(`${TURNS - 1} of ${TURNS}`);
  await expect(output.first()).toBeInViewport();
  await expectNoAxeFindings(page);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await expect(bar.getByRole("status")).toHaveText(`1 of ${TURNS}`);
  await expect(transcript(page).getByText("Step 1: make slugs short.")).toBeVisible();

  // Several places in one answer are gone through one by one.
  await field.fill("step 9");
  await expect(bar.getByRole("status")).toHaveText("2 of 2");
  await expect(transcript(page).getByRole("heading", { name: "What changed in step 9", exact: true })).toBeInViewport();
  await expect.poll(marked).toEqual(["step 9"]);
  await page.keyboard.press("Shift+Enter");
  await expect(transcript(page).getByText("Step 9: make slugs short.")).toBeInViewport();
  await expect.poll(marked).toEqual(["Step 9"]);

  await page.keyboard.press("Escape");
  await expect(bar).toBeHidden();
  await expect(message(page)).toBeFocused();
  expect(await marked()).toEqual([]);
});
