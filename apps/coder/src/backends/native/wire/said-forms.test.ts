import { chunk, describeForms, DONE, end, event, fails, say } from "./answer-fixture.ts";

describeForms([
  // Thoughts, wherever they are sent.
  ["reasoning_content", chunk({ reasoning_content: "why" }) + say("Hi") + end(), { thought: "why", text: "Hi" }],
  ["reasoning", chunk({ reasoning: "why" }) + say("Hi") + end(), { thought: "why", text: "Hi" }],
  ["thinking", chunk({ thinking: "why" }) + say("Hi") + end(), { thought: "why", text: "Hi" }],
  [
    "reasoning_details alone",
    chunk({ reasoning_details: [{ type: "reasoning.text", text: "why" }] }) + say("Hi") + end(),
    { thought: "why", text: "Hi" },
  ],
  [
    "reasoning_details with summaries",
    chunk({
      reasoning_details: [
        { type: "reasoning.summary", summary: "why" },
        { type: "reasoning.encrypted", data: "xxx" },
      ],
    }) +
      say("Hi") +
      end(),
    { thought: "why", text: "Hi" },
  ],
  [
    "one thought in two places",
    chunk({ reasoning: "why", reasoning_details: [{ type: "reasoning.text", text: "why" }] }) + say("Hi") + end(),
    { thought: "why", text: "Hi" },
  ],
  [
    "one thought in two places and chunks",
    chunk({ reasoning: "why" }) + chunk({ reasoning_details: [{ type: "reasoning.text", text: "why" }] }) + say("Hi") + end(),
    { thought: "why", text: "Hi" },
  ],

  // Errors, in any form.
  ["an error of words", event({ error: "overloaded" }), fails("model_failed", "overloaded")],
  [
    "an error with a status",
    say("Well") + event({ error: { message: "Out of memory", code: 500 } }),
    { text: "Well", failure: { cause: "model_failed", message: "Out of memory", status: 500 } },
  ],
  [
    "an error with its status as text",
    event({ error: { message: "Slow", code: "429" } }),
    { failure: { cause: "model_failed", message: "Slow", status: 429 } },
  ],
  [
    "an error in a named event",
    'event: error\ndata: {"message":"overloaded"}\n\n',
    { failure: { cause: "model_failed", message: "overloaded", status: null } },
  ],
  [
    "words in an event named error",
    "event: error\ndata: overloaded\n\n",
    { failure: { cause: "model_failed", message: "overloaded", status: null } },
  ],
  ["an error inside an error", event({ error: { error: { message: "deep" } } }), fails("model_failed", "deep")],
  ["a list of errors", event({ errors: [{ message: "one" }, "two"] }), fails("model_failed", "one; two")],
  [
    "an error of vLLM's",
    event({ object: "error", message: "too long", type: "BadRequestError", code: 400 }),
    { failure: { cause: "model_failed", message: "too long", status: 400 } },
  ],
  [
    "an error of Anthropic's",
    event({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
    fails("model_failed", "Overloaded"),
  ],
  [
    "an error of FastAPI's",
    event({ detail: [{ loc: ["body"], msg: "field required", type: "missing" }] }),
    fails("model_failed", "field required"),
  ],
  [
    "an error of MiniMax's",
    event({ choices: null, base_resp: { status_code: 1004, status_msg: "login fail" } }),
    fails("model_failed", "login fail"),
  ],
  [
    "MiniMax saying that all is well",
    chunk({ content: "Hi" }, null, { base_resp: { status_code: 0, status_msg: "" } }) + end(),
    { text: "Hi", failure: null },
  ],
  [
    "an error that a provider had",
    event({ error: { message: "Provider returned error", metadata: { raw: '{"error":{"message":"quota used up"}}' } } }),
    fails("model_failed", "Provider returned error: quota used up"),
  ],
  [
    "an error inside the choice",
    event({ choices: [{ delta: {}, finish_reason: "error", error: { message: "broke" } }] }),
    fails("model_failed", "broke"),
  ],
  ["an error without words", event({ error: { code: null, message: "" } }), fails("model_failed", "without a message")],
  ["an error as a body", '{"error":{"message":"no such model"}}', fails("model_failed", "no such model")],
  [
    "errors of nothing",
    chunk({ content: "Hi" }, null, { error: null, errors: [], message: "" }) + chunk({}, "stop", { error: {} }) + DONE,
    { text: "Hi", failure: null },
  ],
]);
