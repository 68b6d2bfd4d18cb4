/** The files of the demo project, by path: a small working program with a passing test and room for improvements. It needs only Node. */
export const SAMPLE_PROJECT: Readonly<Record<string, string>> = {
  "README.md": `# Packwell

A packing list for the command line. You say where you are going and for how long; it says what to take.

\`\`\`
$ node src/main.js lists/weekend.json 2
For 2 days you need 9 things:

  clothes
    2 × shirt
    3 × socks
    1 × jumper

  washbag
    1 × toothbrush

  other
    1 × book
    1 × charger
\`\`\`

## Try it

- \`node src/main.js lists/weekend.json 3\`
- \`node --test\` runs the tests.

## Ideas

- Weigh the bag, and warn when it is over ten kilograms.
- Tick things off.
- A list for the mountains.
`,
  "package.json": `{
  "name": "packwell",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "description": "A packing list for the command line",
  "scripts": {
    "start": "node src/main.js lists/weekend.json 2",
    "test": "node --test"
  }
}
`,
  ".gitignore": `node_modules/
*.log
`,
  "src/main.js": `import { readFile } from "node:fs/promises";
import { formatList } from "./format-list.js";
import { packFor } from "./pack-for.js";

const [file, days] = process.argv.slice(2);

if (file === undefined || !(Number(days) > 0)) {
  console.error("Usage: node src/main.js <list.json> <days>");
  process.exitCode = 1;
} else {
  const items = JSON.parse(await readFile(file, "utf8"));
  console.log(formatList(packFor(items, Number(days)), Number(days)));
}
`,
  "src/pack-for.js": `/**
 * How much of each item a trip needs.
 *
 * An item says how many are needed a day (\`perDay\`), how many in any case (\`always\`), or both.
 */
export function packFor(items, days) {
  return items
    .map(({ name, group = "other", perDay = 0, always = 0 }) => ({
      name,
      group,
      count: Math.ceil(perDay * days) + always,
    }))
    .filter(({ count }) => count > 0);
}
`,
  "src/format-list.js": `/** The list as text, one group after the other. */
export function formatList(things, days) {
  const total = things.reduce((sum, { count }) => sum + count, 0);
  const groups = [...new Set(things.map(({ group }) => group))];
  const sections = groups.map((group) => {
    const members = things.filter((thing) => thing.group === group);
    return [\`  \${group}\`, ...members.map(({ count, name }) => \`    \${count} × \${name}\`)].join("\\n");
  });
  return [\`For \${days} \${days === 1 ? "day" : "days"} you need \${total} things:\`, ...sections].join("\\n\\n");
}
`,
  "lists/weekend.json": `[
  { "name": "shirt", "group": "clothes", "perDay": 1 },
  { "name": "socks", "group": "clothes", "perDay": 1, "always": 1 },
  { "name": "jumper", "group": "clothes", "always": 1 },
  { "name": "toothbrush", "group": "washbag", "always": 1 },
  { "name": "book", "always": 1 },
  { "name": "charger", "always": 1 }
]
`,
  "test/pack-for.test.js": `import assert from "node:assert/strict";
import { test } from "node:test";
import { packFor } from "../src/pack-for.js";

test("counts by the day, and one to spare", () => {
  assert.deepEqual(packFor([{ name: "socks", group: "clothes", perDay: 1, always: 1 }], 3), [
    { name: "socks", group: "clothes", count: 4 },
  ]);
});

test("rounds up and leaves out what is not needed", () => {
  assert.deepEqual(packFor([{ name: "jeans", perDay: 0.3 }, { name: "skis" }], 2), [{ name: "jeans", group: "other", count: 1 }]);
});
`,
};
