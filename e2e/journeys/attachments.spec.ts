import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { DaemonHome } from "../fixture/start-daemon.ts";
import { expect, expectNoAxeFindings, message, openDemo, settled, test, transcript } from "../fixture/journey.ts";

/** One red pixel. */
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

test("a pasted image reaches the model, and is still there after a reload", async ({ page }) => {
  await using model = await ScriptedModel.start({ script: () => ({ steps: [{ kind: "text", text: "A red pixel." }] }) });
  await using home = await DaemonHome.make({ BOOCODE_MODEL_URL: model.baseUrl, BOOCODE_MODEL_KEY: model.apiKey });
  const daemon = await home.start();
  await openDemo(page, daemon);
  /** As a browser does with a screenshot on the clipboard. */
  const paste = (files: { name: string; type: string; base64: string }[], text = "") =>
    message(page).evaluate(
      (field, given) => {
        const data = new DataTransfer();
        for (const { name, type, base64 } of given.files)
          data.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name, { type }));
        if (given.text !== "") data.setData("text/plain", given.text);
        field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
      },
      { files, text },
    );
  await paste([{ name: "shot.png", type: "image/png", base64: PNG }], "shot.png");
  const chips = page.getByRole("list", { name: "Attached files" });
  await expect(chips.getByRole("listitem")).toContainText(["shot.png"]);
  await expect(message(page)).toHaveValue("");
  await page.getByTestId("attach-input").setInputFiles({ name: "a.zip", mimeType: "", buffer: Buffer.from([0x50, 0x4b, 0, 1]) });
  await expect(page.getByText("BooCode reads only text and images: a.zip is not given, only named")).toBeVisible();

  // The draft keeps its files.
  await page.reload();
  await expect(chips.getByRole("listitem")).toContainText(["shot.png", "a.zip"]);
  await page.getByRole("button", { name: "Remove a.zip" }).click();
  await message(page).fill("What is it?");
  await message(page).press("Enter");
  await settled(page);
  const asked = model.requests.find(({ body }) => JSON.stringify(body.messages).includes("What is it?"));
  expect(JSON.stringify(asked!.body.messages.at(-1))).toContain(`data:image/png;base64,${PNG}`);
  await expect(transcript(page)).toContainText("A red pixel.");

  await page.reload();
  const open = transcript(page).getByRole("button", { name: /^Open shot\.png/ });
  await expect(open.getByRole("presentation").or(open.locator("img"))).toBeVisible();
  await open.click();
  const dialog = page.getByRole("dialog", { name: "shot.png" });
  await expect(dialog.getByRole("img", { name: "shot.png" })).toBeVisible();
  await expectNoAxeFindings(page);
  await page.keyboard.press("Escape");
  await expect(open).toBeFocused();
});
