import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { expect, expectNoAxeFindings, openDemo, openSettings, send, settled, test, transcript } from "../fixture/journey.ts";

test("an endpoint is added, tested, used by the next turn, and removed in the settings", async ({ page, daemon }) => {
  await using model = await ScriptedModel.start({
    script: () => ({ steps: [{ kind: "text", text: "I come from the lab." }] }),
    models: ["alpha", "beta"],
    apiKey: "key-of-the-lab-0815",
  });
  await openDemo(page, daemon);
  const settings = await openSettings(page, "Models");
  await settings.getByRole("button", { name: "Add an endpoint" }).click();
  const form = settings.getByRole("form", { name: "New endpoint" });
  await form.getByLabel("Name").fill("The Lab");
  await form.getByLabel("Address").fill(model.origin);
  await form.getByLabel("Key").fill("a wrong key");
  await form.getByRole("button", { name: "Test" }).click();
  await expect(form.getByRole("status")).toContainText("The model's endpoint answered 401");
  await form.getByLabel("Key").fill(model.apiKey);
  await form.getByRole("button", { name: "Test" }).click();
  await expect(form.getByRole("status")).toHaveText("It answers with 2 models: alpha, beta.");
  await expectNoAxeFindings(page);
  await form.getByRole("button", { name: "Save" }).click();
  const row = settings.getByRole("list", { name: "Endpoints" }).getByRole("listitem");
  await expect(row).toContainText("The Lab");
  await expect(row).toContainText("key …0815");
  await expect(row).toContainText(model.baseUrl);
  await page.keyboard.press("Escape");

  await page.getByRole("combobox", { name: "Model", exact: true }).click();
  await page.getByRole("option", { name: "the-lab/beta" }).click();
  await send(page, "Where are you from?");
  await settled(page);
  await expect(transcript(page)).toContainText("I come from the lab.");
  expect(model.requests.at(-1)?.body.model).toBe("beta");

  // Changed without its key, which it keeps; then removed.
  await openSettings(page, "Models");
  await row.getByRole("button", { name: "Edit The Lab" }).click();
  const edit = settings.getByRole("form", { name: "Change The Lab" });
  await edit.getByLabel("Name").fill("Cellar");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("Cellar");
  await row.getByRole("button", { name: "Test Cellar" }).click();
  await expect(row.getByRole("status")).toContainText("2 models");
  await row.getByRole("button", { name: "Remove Cellar…" }).click();
  await row.getByRole("button", { name: "Yes, remove" }).click();
  await expect(row).toHaveCount(0);
});
