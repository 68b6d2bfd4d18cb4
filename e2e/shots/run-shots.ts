import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT, runStep } from "../../tooling/gate/run-step.ts";
import { toGallery } from "./to-gallery.ts";

const FOLDER = join(ROOT, "artifacts/shots");
const HELP = `npm run shots

Draws every view of the page, filled by real turns of the demo model, in both themes and three widths. The pictures and a page with all of
them go to artifacts/shots.`;

const { values } = parseArgs({ options: { help: { type: "boolean" } } });
if (values.help) console.log(HELP);
else await run();

async function run(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  const { passed } = await runStep(
    {
      name: "shots",
      script: "e2e/node_modules/@playwright/test/cli.js",
      argv: ["test", "--config", "e2e/shots/playwright.config.ts"],
    },
    true,
  );
  const pictures = readdirSync(FOLDER).filter((name) => name.endsWith(".png"));
  writeFileSync(join(FOLDER, "index.html"), toGallery(pictures));
  console.log(`${pictures.length} pictures are in artifacts/shots/index.html.`);
  process.exitCode = passed ? 0 : 1;
}
