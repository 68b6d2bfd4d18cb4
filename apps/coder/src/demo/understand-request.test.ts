import fc from "fast-check";
import { expect, it } from "vitest";
import { splitArgv } from "./split-argv.ts";
import { understandRequest } from "./understand-request.ts";

it.each([
  ["create a file hello.txt that says Hello there", [{ kind: "create", path: "hello.txt", text: "Hello there" }]],
  ['Please create a new file called `notes/a b.md` that says "Two words."', [{ kind: "create", path: "notes/a b.md", text: "Two words." }]],
  ["CREATE A FILE hello.txt THAT SAYS hi", [{ kind: "create", path: "hello.txt", text: "hi" }]],
  ["make a file x.txt containing: one two", [{ kind: "create", path: "x.txt", text: "one two" }]],
  ["Could you write a file named x.txt with the text 'one two'?", [{ kind: "create", path: "x.txt", text: "one two" }]],
  ["create a.txt that says I am here. Not there.", [{ kind: "create", path: "a.txt", text: "I am here. Not there." }]],
  ["create a file a.md that says:\n\n# Title\n\nrun wild\n", [{ kind: "create", path: "a.md", text: "# Title\n\nrun wild\n" }]],
  ["create a file a.js that says\n```js\nconst a = 1;\n```", [{ kind: "create", path: "a.js", text: "const a = 1;" }]],
  ["create an empty file empty.txt", [{ kind: "create", path: "empty.txt", text: "" }]],
  ['put "hi" into a.txt', [{ kind: "create", path: "a.txt", text: "hi" }]],
  ["rename a.txt to b.txt", [{ kind: "rename", from: "a.txt", to: "b.txt" }]],
  ["Please rename the file `a.txt` to 'b c.txt'.", [{ kind: "rename", from: "a.txt", to: "b c.txt" }]],
  ["move src/a.ts to lib/a.ts!", [{ kind: "rename", from: "src/a.ts", to: "lib/a.ts" }]],
  ["append goodbye for now to hello.txt", [{ kind: "append", path: "hello.txt", text: "goodbye for now" }]],
  ['add the line "one more" to the end of the file hello.txt', [{ kind: "append", path: "hello.txt", text: "one more" }]],
  ["delete hello.txt", [{ kind: "delete", path: "hello.txt" }]],
  ["Please remove the file hello.txt, thanks", [{ kind: "delete", path: "hello.txt" }]],
  ["list files", [{ kind: "list", path: "." }]],
  ["Can you list all the files?", [{ kind: "list", path: "." }]],
  ["list the files in src", [{ kind: "list", path: "src" }]],
  ["which files are there?", [{ kind: "list", path: "." }]],
  ["explain README.md", [{ kind: "explain", path: "README.md" }]],
  ["what is in src/main.ts?", [{ kind: "explain", path: "src/main.ts" }]],
  ["explain Makefile please", [{ kind: "explain", path: "Makefile" }]],
  ["run ls -la", [{ kind: "run", argv: ["ls", "-la"] }]],
  ["Run `node --version`.", [{ kind: "run", argv: ["node", "--version"] }]],
  ['run git commit -m "two words"', [{ kind: "run", argv: ["git", "commit", "-m", "two words"] }]],
  ["run ls | wc -l", [{ kind: "run", argv: ["bash", "-c", "ls | wc -l"] }]],
  ["run echo one and two", [{ kind: "run", argv: ["echo", "one", "and", "two"] }]],
  ["count to 20", [{ kind: "count", to: 20 }]],
  ["please count from 1 to 99999999", [{ kind: "count", to: 10_000 }]],
  [
    "Please create a file a.txt that says hi. Then rename it to b.txt and list the files.",
    [
      { kind: "create", path: "a.txt", text: "hi" },
      { kind: "rename", from: "a.txt", to: "b.txt" },
      { kind: "list", path: "." },
    ],
  ],
  [
    "create a.txt that says apples and pears, and then delete b.txt",
    [
      { kind: "create", path: "a.txt", text: "apples and pears" },
      { kind: "delete", path: "b.txt" },
    ],
  ],
  [
    "delete a.txt\nexplain b.txt",
    [
      { kind: "delete", path: "a.txt" },
      { kind: "explain", path: "b.txt" },
    ],
  ],
])("understands %j", (text, intents) => {
  expect(understandRequest(text)).toEqual({ intents, unclear: [] });
});

it.each(["", "   ", "hello", "What do you think of Rust?", "make me a sandwich", "run", "what is love", "delete", "`", "\uE0000\uE001"])(
  "does not pretend to understand %j",
  (text) => {
    expect(understandRequest(text).intents).toEqual([]);
  },
);

it("keeps unknown sentences next to understood ones", () => {
  expect(understandRequest("Refactor the whole program. Then delete a.txt. Thanks!")).toEqual({
    intents: [{ kind: "delete", path: "a.txt" }],
    unclear: ["Refactor the whole program"],
  });
});

it.each([
  [`a 'b c' "d \\"e" f\\ g`, ["a", "b c", 'd "e', "f g"]],
  [`echo ''`, ["echo", ""]],
  [`echo 'a | b'`, ["echo", "a | b"]],
  [`echo "a`, null],
  ["  ", null],
  ["echo $HOME", ["bash", "-c", "echo $HOME"]],
])("splits %j", (command, argv) => {
  expect(splitArgv(command)).toEqual(argv);
});

const pieces = fc.constantFrom(
  "create a file ",
  "a.txt ",
  "that says ",
  "and ",
  "then ",
  "delete ",
  "run ",
  "'",
  '"',
  "`",
  "“",
  "\n",
  "says:\n",
  ". ",
  "! ",
  "   ",
  "x",
  "please ",
  "to ",
);

it("accepts any text in bounded time", () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), fc.string(), (words, end) => {
      const { intents, unclear } = understandRequest(words.join("") + end);
      expect(intents.length + unclear.length).toBeLessThan(60);
    }),
  );
  // Each of these took seconds with backtracking patterns.
  for (const unit of [" ", "\n", "!? ", "“", "'", "and delete ", "run ", "$("])
    expect(understandRequest(unit.repeat(19_000 / unit.length))).toBeDefined();
  expect(understandRequest("x ".repeat(250_000)).intents).toEqual([]);
  expect(understandRequest(`create a.txt that says "${"y            ".repeat(20_000)}"`).intents).toMatchObject([
    { kind: "create", text: "y            ".repeat(20_000) },
  ]);
}, 5_000);

it("keeps empty lines in a text to be written", () => {
  const text = "# Packing\n\n- socks\n- the map";
  expect(understandRequest(`create a file notes.md that says ${text}`)).toEqual({
    intents: [{ kind: "create", path: "notes.md", text }],
    unclear: [],
  });
});
