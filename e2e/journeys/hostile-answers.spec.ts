import type { SessionId } from "@boocode/shared/ids";
import { fillAnswers, fillProject, openHome } from "../bench/fill-home.ts";
import { expect, test, transcript } from "../fixture/journey.ts";

const row = `|${"cell|".repeat(300)}`;

/** Answers that once kept a chat from being shown or froze the page. Each ends with a unique text. */
const HOSTILE: readonly string[] = [
  `${"- ".repeat(3_000)}x`,
  ">".repeat(5_000),
  "> - 1. ".repeat(2_000),
  Array.from({ length: 600 }, (_, at) => `${"  ".repeat(at)}- x`).join("\n"),
  [row, `|${"-|".repeat(300)}`, ...Array<string>(300).fill(row)].join("\n"),
  "[".repeat(5_000),
  `${"*".repeat(4_000)}a${"*".repeat(4_000)}`,
  "_a".repeat(10_000),
  "```\n".repeat(4_001),
  `\`\`\`ts\n${"const a = [1, 'b'];".repeat(5_000)}\n\`\`\``,
  "<div>".repeat(10_000),
  "a".repeat(200_000),
  "a *b* `c`\n\n".repeat(8_000),
];

test("a chat with a hostile answer is shown, and the page stays small", async ({ page, home }) => {
  const db = await openHome(home);
  await fillProject(db);
  const sessions: SessionId[] = [];
  for (const [at, answer] of HOSTILE.entries()) {
    sessions.push(await fillAnswers(db, at + 1, [`Before ${at}.\n\n${answer}`, `Last words of ${at}.`]));
  }
  await db.close();
  const { address, origin } = await home.start();
  await page.goto(address);
  await expect(page.getByRole("navigation", { name: "Sessions" })).toContainText("Answers 13");
  for (const [at, sessionId] of sessions.entries()) {
    await page.goto(`${origin}/session/${sessionId}`);
    await expect(transcript(page)).toContainText(`Last words of ${at}.`);
    await expect(transcript(page)).toContainText(`Before ${at}.`);
    await expect(page.getByText(/could not be shown/)).toHaveCount(0);
    expect(await transcript(page).locator("*").count()).toBeLessThan(15_000);
  }
});

test("an item that cannot be drawn does not affect the others", async ({ page, home }) => {
  const db = await openHome(home);
  await fillProject(db);
  const sessionId = await fillAnswers(db, 1, ["a sound answer", "a broken answer", "the last answer"]);
  await db.close();
  const { address } = await home.start();
  // Something no version of the daemon sends: a list instead of text.
  await page.addInitScript(() => {
    const parse = JSON.parse.bind(JSON);
    JSON.parse = (text: string, ...rest) => parse(String(text).replace('"text":"a broken answer"', '"text":["a broken answer"]'), ...rest);
  });
  await page.goto(address.replace("/#", `/session/${sessionId}#`));
  await expect(transcript(page)).toContainText("the last answer");
  await expect(transcript(page)).toContainText("a sound answer");
  await expect(transcript(page).getByRole("group", { name: "Could not be shown" })).toHaveCount(1);
});
