import { expect, it } from "vitest";
import { describeFile } from "./describe-file.ts";
import type { CompletionMessage, OfferedTool } from "./completion-request.ts";
import { planReply } from "./plan-reply.ts";

const tool = (name: string, properties: string[], required = properties): OfferedTool => ({
  type: "function",
  function: { name, parameters: { properties: Object.fromEntries(properties.map((property) => [property, {}])), required } },
});
const ours = [
  tool("read", ["path", "firstLine"], ["path"]),
  tool("list", ["path", "depth"], []),
  tool("edit", ["path", "oldText", "newText", "replaceAll"], ["path", "oldText", "newText"]),
  tool("write", ["path", "text"]),
  tool("rename", ["from", "to"]),
  tool("delete", ["path", "recursive"], ["path"]),
  tool("command", ["argv", "cwd"], ["argv"]),
];
const others = [tool("write", ["filePath", "content"]), tool("bash", ["command", "description"]), tool("read", ["filePath"])];

const user = (content: string): CompletionMessage => ({ role: "user", content });
const said = (content: string): CompletionMessage => ({ role: "assistant", content });
const called = (): CompletionMessage => ({
  role: "assistant",
  content: "",
  tool_calls: [{ id: "c", function: { name: "x", arguments: "{}" } }],
});
const answered = (content: string): CompletionMessage => ({ role: "tool", content, tool_call_id: "c" });

const toolOf = (messages: CompletionMessage[], tools = ours) => planReply(messages, tools).find((part) => part.kind === "tool");
const textOf = (messages: CompletionMessage[], tools = ours) =>
  planReply(messages, tools)
    .flatMap((part) => (part.kind === "text" ? [part.text] : []))
    .join("");

it("says only in its first answer that it is scripted", () => {
  expect(textOf([user("delete a.txt")])).toContain("not an AI");
  expect(textOf([user("hello")])).toContain("not an AI");
  expect(textOf([user("delete a.txt"), called(), answered("Deleted a.txt.")])).toBe("I deleted `a.txt`.");
  expect(textOf([user("hello"), said("I am a script"), user("hello")])).not.toContain("not an AI");
});

it("plans where it can only read, and carries that plan out when it is told to", () => {
  const reading = ours.filter((offered) => ["read", "list"].includes(offered.function.name));
  const asked = user('create a file a.txt that says "hi", then append "x" to b.md, then delete c.txt');
  const plan = "1. Create `a.txt` with 1 line.\n\n2. Append 1 line to `b.md`.\n\n3. Delete `c.txt`.";
  expect(textOf([said("I am a script"), asked], reading)).toBe(plan);
  expect(toolOf([asked], reading)).toBeUndefined();
  expect(toolOf([user("list files")], reading)).toMatchObject({ name: "list" });
  const told = [asked, said(plan), user("Carry out this plan.")];
  expect(toolOf(told)).toEqual({ kind: "tool", name: "write", arguments: { path: "a.txt", text: "hi\n" } });
  expect(textOf([user("Carry out this plan.")])).toContain("I did not understand that");
});

it("requests one tool after another, then summarises the results", () => {
  const asked = user('create a file a.txt that says "hi", then rename it to b.txt');
  expect(toolOf([asked])).toEqual({ kind: "tool", name: "write", arguments: { path: "a.txt", text: "hi\n" } });
  const written = [asked, called(), answered("Created a.txt (1 line).")];
  expect(toolOf(written)).toEqual({ kind: "tool", name: "rename", arguments: { from: "a.txt", to: "b.txt" } });
  expect(textOf([...written, called(), answered("Renamed a.txt to b.txt.")])).toBe(
    "I created `a.txt` with 1 line.\n\nI renamed `a.txt` to `b.txt`.",
  );
});

it("reports an error unchanged", () => {
  expect(textOf([user("hi"), said("…"), user("delete a.txt"), called(), answered("Error: it does not exist")])).toBe(
    "I could not delete `a.txt`: it does not exist",
  );
  expect(textOf([user("hi"), said("…"), user("run false"), called(), answered("Exit code 1")])).toContain("failed with exit code 1");
});

it("appends to a file that opencode returns with numbered lines, and reports a failure", () => {
  const shown = "<path>/w/a.txt</path>\n<type>file</type>\n<content>\n1: one\n2: two\n\n(End of file - total 2 lines)\n</content>";
  const edit = tool("edit", ["filePath", "oldString", "newString"]);
  const read = [user("append three to a.txt"), called(), answered(shown)];
  expect(toolOf(read, [...others, edit])).toEqual({
    kind: "tool",
    name: "edit",
    arguments: { filePath: "a.txt", oldString: "two", newString: "two\nthree" },
  });
  const refused = answered("Could not find oldString in the file.");
  expect(textOf([...read, called(), refused], [...others, edit])).toContain("I could not append to `a.txt`: Could not find");
});

it("appends with an edit anchored at the end of the file", () => {
  const asked = user("append two to a.txt");
  const edit = (content: string) => toolOf([asked, called(), answered(content)])?.arguments;
  expect(edit("x\none\n")).toEqual({ path: "a.txt", oldText: "one\n", newText: "one\ntwo\n" });
  expect(edit("one")).toEqual({ path: "a.txt", oldText: "one", newText: "one\ntwo\n" });
  expect(edit("a\nb\na\nb\n")).toEqual({ path: "a.txt", oldText: "b\na\nb\n", newText: "b\na\nb\ntwo\n" });
  expect(edit("(The file is empty.)")).toEqual({ path: "a.txt", text: "two\n" });
  expect(textOf([asked, called(), answered("a\n\n[Lines 1 to 2000 of 5000. Go on with firstLine 2001.]")])).toContain("too long");
});

it("uses the tool names of other agents", () => {
  expect(toolOf([user("create a.txt that says hi")], others)?.arguments).toEqual({ filePath: "a.txt", content: "hi\n" });
  expect(toolOf([user("rename 'a b.txt' to c.txt")], others)).toEqual({
    kind: "tool",
    name: "bash",
    arguments: { command: "mv -n -- 'a b.txt' c.txt", description: "Asked for by the person" },
  });
  expect(textOf([user("explain a.txt")], [])).toContain("this agent has no tool for that");
});

it("counts, and says what it can do when it understands nothing", () => {
  expect(textOf([user("hi"), said("…"), user("count to 5")])).toBe("1 2 3 4 5");
  expect(textOf([user("What is the meaning of life?")])).toContain("create a file");
  expect(textOf([])).toContain("create a file");
});

it.each([
  ["README.md", "# A\n\ntext\n\n## B ##\n", ["5 lines", "2 headings: A, B", "`# A`"]],
  [
    "a.ts",
    'import x from "y";\nexport const a = 1;\nexport default function b() {}\nconst c = 2;\n',
    ["exports `a`, `b`", "imports from `y`"],
  ],
  ["p.json", '{"name": 1, "b": 2}', ["1 line", "keys `name`, `b`"]],
  ["p.json", "{", ["not valid JSON"]],
  ["a.py", "def f():\n  pass\nclass G: pass\n", ["defines `f`, `G`"]],
  ["empty", "", ["is empty"]],
])("tells facts of %s", (path, text, facts) => {
  const described = describeFile(path, text, true);
  for (const fact of facts) expect(described).toContain(fact);
});

it("ignores text an agent adds to the prompt", () => {
  const text =
    "<boocode-handover>\nThe person: list files\n</boocode-handover>\n\n<system-reminder>\nSkills: delete b.txt\n</system-reminder>create a file a.txt that says Hi\n<turn-context>\n<time>now</time>\n</turn-context>";
  expect(toolOf([user(text)])).toEqual({ kind: "tool", name: "write", arguments: { path: "a.txt", text: "Hi\n" } });
});

it("reports a failed write however the agent's tool phrases it", () => {
  const asked = user("create a file a.txt that says Hi");
  expect(textOf([asked, called(), answered("File path must be absolute: a.txt")])).toContain("I could not write `a.txt`");
});
