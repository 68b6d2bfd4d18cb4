import { call, chunk, describeForms, end, oneCall, SRC } from "./answer-fixture.ts";
import { expect } from "vitest";
describeForms([
  // Arguments of a call.
  ["arguments as an object", call(SRC) + end("tool_calls"), oneCall(SRC)],
  ["arguments as an empty object", call({}) + end("tool_calls"), oneCall({})],
  ["arguments of null", call(null) + end("tool_calls"), oneCall({})],
  ["no arguments", chunk({ tool_calls: [{ index: 0, id: "c1", function: { name: "list" } }] }) + end("tool_calls"), oneCall({})],
  ["empty arguments", call("") + end("tool_calls"), oneCall({})],
  ["arguments of spaces", call(" \n") + end("tool_calls"), oneCall({})],
  ['arguments of "null"', call("null") + end("tool_calls"), oneCall({})],
  ["arguments encoded twice", call(JSON.stringify(JSON.stringify(SRC))) + end("tool_calls"), oneCall(SRC)],
  ["arguments encoded three times", call(JSON.stringify(JSON.stringify(JSON.stringify(SRC)))) + end("tool_calls"), oneCall(SRC)],
  ["arguments in a list", call([SRC]) + end("tool_calls"), oneCall(SRC)],
  ["arguments in a list, as text", call(JSON.stringify([SRC])) + end("tool_calls"), oneCall(SRC)],
  ["arguments as an empty list", call("[]") + end("tool_calls"), oneCall({})],
  ["arguments with a line break as it is", call('{"path":"src\n\tx"}') + end("tool_calls"), oneCall({ path: "src\n\tx" })],
  ["arguments in a fence", call('```json\n{"path":"src"}\n```') + end("tool_calls"), oneCall(SRC)],
  [
    "arguments after an empty object",
    call("{}") + chunk({ tool_calls: [{ index: 0, function: { arguments: '{"path":"src"}' } }] }) + end("tool_calls"),
    oneCall(SRC),
  ],
  [
    "arguments in pieces",
    call('{"pa') + chunk({ tool_calls: [{ index: 0, function: { arguments: 'th":"src"}' } }] }) + end("tool_calls"),
    oneCall(SRC),
  ],
  ["arguments of a number", call("5") + end("tool_calls"), oneCall(null)],
  ["arguments cut at the limit", call('{"path":"a.txt","text":"hel') + end("length"), { ...oneCall(null), finish: "length" }],
  ["arguments cut, ended with stop", call('{"path":"a.txt","text":"hel') + end("stop"), oneCall(null)],
  ["arguments cut, ended with tool_calls", call('{"path":"a.txt","text":"hel') + end("tool_calls"), oneCall(null)],
  ["arguments cut inside an escape", call('{"path":"a\\') + end("tool_calls"), oneCall(null)],

  // Which pieces belong to which call.
  ["the name with each piece", call('{"pa') + call('th":"src"}') + end("tool_calls"), oneCall(SRC)],
  [
    "the name in pieces",
    call("", {}, "li") + chunk({ tool_calls: [{ index: 0, function: { name: "st", arguments: "{}" } }] }) + end("tool_calls"),
    oneCall({}),
  ],
  [
    "the name late",
    chunk({ tool_calls: [{ index: 0, id: "c1" }] }) +
      chunk({ tool_calls: [{ index: 0, function: { name: "list", arguments: "{}" } }] }) +
      end("tool_calls"),
    oneCall({}),
  ],
  [
    "no index",
    chunk({ tool_calls: [{ id: "c1", function: { name: "list", arguments: '{"pa' } }] }) +
      chunk({ tool_calls: [{ function: { arguments: 'th":"src"}' } }] }) +
      end("tool_calls"),
    oneCall(SRC),
  ],
  [
    "an index as text",
    chunk({ tool_calls: [{ index: "0", id: "c1", function: { name: "list", arguments: '{"pa' } }] }) +
      chunk({ tool_calls: [{ index: "0", function: { arguments: 'th":"src"}' } }] }) +
      end("tool_calls"),
    oneCall(SRC),
  ],
  [
    "another id with each piece",
    call('{"pa') + chunk({ tool_calls: [{ index: 0, id: "c9", function: { arguments: 'th":"src"}' } }] }) + end("tool_calls"),
    oneCall(SRC),
  ],
  ["the whole call told twice", call('{"path":"src"}') + call('{"path":"src"}') + end("tool_calls"), oneCall(SRC)],
  [
    "a single call instead of a list",
    chunk({ tool_calls: { index: 0, id: "c1", function: { name: "list", arguments: "{}" } } }) + end("tool_calls"),
    oneCall({}),
  ],
  [
    "the older form of a call",
    chunk({ function_call: { name: "list", arguments: '{"path":' } }) +
      chunk({ function_call: { arguments: '"src"}' } }) +
      end("function_call"),
    { calls: [expect.objectContaining({ name: "list", input: SRC })], failure: null },
  ],
  [
    "one id for two calls",
    call('{"path":"a"}') +
      chunk({ tool_calls: [{ index: 1, id: "c1", function: { name: "list", arguments: '{"path":"b"}' } }] }) +
      end("tool_calls"),
    {
      calls: [
        { id: "c1", name: "list", input: { path: "a" } },
        { id: "c1_2", name: "list", input: { path: "b" } },
      ],
    },
  ],
  [
    "one id and one index for two calls",
    call('{"path":"a"}') + call('{"path":"b"}') + end("tool_calls"),
    { calls: [expect.objectContaining({ input: { path: "a" } }), expect.objectContaining({ input: { path: "b" } })] },
  ],
  [
    "one index for two calls",
    call('{"path":"a"}') + call('{"path":"b"}', { id: "c2" }) + end("tool_calls"),
    {
      calls: [
        { id: "c1", name: "list", input: { path: "a" } },
        { id: "c2", name: "list", input: { path: "b" } },
      ],
    },
  ],
  [
    "two calls in one chunk, neither index nor id",
    chunk({
      tool_calls: [{ function: { name: "list", arguments: { path: "a" } } }, { function: { name: "list", arguments: { path: "b" } } }],
    }) + end("tool_calls"),
    { calls: [expect.objectContaining({ input: { path: "a" } }), expect.objectContaining({ input: { path: "b" } })] },
  ],
  [
    "two calls in two chunks, neither index nor id",
    chunk({ tool_calls: [{ function: { name: "list", arguments: '{"path":"a"}' } }] }) +
      chunk({ tool_calls: [{ function: { name: "list", arguments: '{"path":"b"}' } }] }) +
      end("tool_calls"),
    { calls: [expect.objectContaining({ input: { path: "a" } }), expect.objectContaining({ input: { path: "b" } })] },
  ],
  [
    "two calls mixed",
    call('{"pa') +
      chunk({ tool_calls: [{ index: 1, id: "c2", function: { name: "read", arguments: '{"pa' } }] }) +
      chunk({
        tool_calls: [
          { index: 0, function: { arguments: 'th":"a"}' } },
          { index: 1, function: { arguments: 'th":"b"}' } },
        ],
      }) +
      end("tool_calls"),
    {
      calls: [
        { id: "c1", name: "list", input: { path: "a" } },
        { id: "c2", name: "read", input: { path: "b" } },
      ],
    },
  ],
  [
    "two calls without arguments",
    call("") + call("", { id: "c2" }) + end("tool_calls"),
    {
      calls: [
        { id: "c1", name: "list", input: {} },
        { id: "c2", name: "list", input: {} },
      ],
    },
  ],
  [
    "no ids",
    chunk({
      tool_calls: [
        { index: 0, function: { name: "list", arguments: "{}" } },
        { index: 1, id: "", function: { name: "list", arguments: "{}" } },
      ],
    }) + end("tool_calls"),
    {
      calls: [
        expect.objectContaining({ id: expect.stringMatching(/./) as string }),
        expect.objectContaining({ id: expect.stringMatching(/./) as string }),
      ],
      failure: null,
    },
  ],
]);
