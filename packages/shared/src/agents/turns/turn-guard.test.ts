import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyTurnSignal, beginTurn, type TurnAnswer, type TurnError, type TurnSignal, type TurnVerdict } from "./turn-guard.ts";

const PROMPT = "msg_5";
const aborted: TurnError = { isAbort: true, message: "Aborted" };
const broken: TurnError = { isAbort: false, message: "The model is gone" };
const answer = (messageId: string, more: Partial<TurnAnswer> = {}): TurnAnswer => ({
  messageId,
  isOver: false,
  isFinal: false,
  error: null,
  ...more,
});
const say = (messageId: string, more: Partial<TurnAnswer> = {}): TurnSignal => ({ type: "answer", answer: answer(messageId, more) });
const done = { isOver: true, isFinal: true };
const accepted: TurnSignal = { type: "prompt_seen", messageId: PROMPT };
const busy: TurnSignal = { type: "busy" };
const idle: TurnSignal = { type: "idle" };
const stop: TurnSignal = { type: "stop_asked" };
const overdue: TurnSignal = { type: "overdue" };
const silence: TurnSignal = { type: "silence" };
const fail = (error: TurnError): TurnSignal => ({ type: "error", error });
const look = (isBusy: boolean, found: TurnAnswer | null = null, isAccepted = true): TurnSignal => ({
  type: "looked",
  isBusy,
  isAccepted,
  answer: found,
});

/** Returns the verdict on every signal; the turn is over at the first end. */
function play(signals: readonly TurnSignal[]): TurnVerdict[] {
  let guard = beginTurn(PROMPT);
  const verdicts: TurnVerdict[] = [];
  for (const signal of signals) {
    const next = applyTurnSignal(guard, signal);
    guard = next.guard;
    verdicts.push(next.verdict);
    if (next.verdict.kind === "ended") break;
  }
  return verdicts;
}

const last = (signals: readonly TurnSignal[]) => play(signals).at(-1);
const ends = (signals: readonly TurnSignal[]) => play(signals).filter(({ kind }) => kind === "ended");

describe("T5: a turn ends only on its own evidence", () => {
  it.each([
    {
      name: "a final answer, then idle",
      signals: [accepted, busy, say("msg_6"), say("msg_6", done), idle],
      verdict: { kind: "ended", how: "completed" },
    },
    {
      name: "a failed answer, then idle",
      signals: [accepted, busy, say("msg_6", { isOver: true, error: broken }), idle],
      verdict: { kind: "ended", how: "failed", error: broken },
    },
    { name: "not on the answer alone", signals: [accepted, busy, say("msg_6", done)], verdict: { kind: "go_on" } },
    {
      name: "not on an idle between two steps",
      signals: [accepted, say("msg_6", { isOver: true }), idle],
      verdict: { kind: "look", afterMs: 50 },
    },
    {
      name: "not on a check between two steps",
      signals: [accepted, say("msg_6", { isOver: true }), idle, look(true)],
      verdict: { kind: "go_on" },
    },
    {
      name: "a refused tool, then idle, confirmed by a check",
      signals: [accepted, say("msg_6", { isOver: true }), idle, look(false, answer("msg_6", { isOver: true }))],
      verdict: { kind: "ended", how: "completed" },
    },
    {
      name: "a missed end, found by a check",
      signals: [silence, look(false, answer("msg_7", done))],
      verdict: { kind: "ended", how: "completed" },
    },
    {
      name: "an end that was never reported, after silence, whatever status the agent reports",
      signals: [accepted, say("msg_6"), silence, look(true, answer("msg_6", done))],
      verdict: { kind: "ended", how: "completed" },
    },
    { name: "not on silence while the agent works", signals: [accepted, busy, silence, look(true)], verdict: { kind: "go_on" } },
    {
      name: "an error before any answer, then idle",
      signals: [accepted, busy, fail(broken), look(false)],
      verdict: { kind: "ended", how: "failed", error: broken },
    },
    {
      name: "an error instead of accepting the prompt, believed on the third check",
      signals: [fail(broken), look(false, null, false), look(false, null, false), look(false, null, false)],
      verdict: { kind: "ended", how: "failed", error: broken },
    },
    {
      name: "not on idle while the agent loads",
      signals: [accepted, idle, look(false), look(false), look(false)],
      verdict: { kind: "go_on" },
    },
    {
      name: "an agent that accepted the prompt and never began, after silence",
      signals: [accepted, silence, look(false), look(false), look(false)],
      verdict: { kind: "ended", how: "failed", error: { isAbort: false, message: "The agent stopped working without an answer." } },
    },
    {
      name: "an agent that stopped in the middle, believed on the third check",
      signals: [accepted, busy, say("msg_6"), idle, look(false), look(false), look(false)],
      verdict: { kind: "ended", how: "failed", error: { isAbort: false, message: "The agent stopped working without an answer." } },
    },
    { name: "not on the prompt's own message", signals: [say(PROMPT, done), idle], verdict: { kind: "look", afterMs: 50 } },
    {
      name: "not on an answer older than the newest",
      signals: [accepted, say("msg_7"), say("msg_6", done), idle],
      verdict: { kind: "look", afterMs: 50 },
    },
    {
      name: "an answer that was complete, though it is reported as unfinished again",
      signals: [accepted, say("msg_6", done), say("msg_6"), idle],
      verdict: { kind: "ended", how: "completed" },
    },
    {
      name: "an answer that is complete, and then final",
      signals: [accepted, say("msg_6", { isOver: true }), say("msg_6", done), idle],
      verdict: { kind: "ended", how: "completed" },
    },
    {
      name: "the answer after a complete one",
      signals: [accepted, say("msg_6", { isOver: true }), say("msg_7", done), idle],
      verdict: { kind: "ended", how: "completed" },
    },
    {
      name: "an answer that is not continued, believed on the third check",
      signals: [say("msg_6"), look(false), look(false), look(false)],
      verdict: { kind: "ended", how: "failed", error: { isAbort: false, message: "The agent stopped working without an answer." } },
    },
    {
      name: "not on silence interrupted by activity",
      signals: [accepted, say("msg_6"), silence, busy, look(true, answer("msg_6", done))],
      verdict: { kind: "go_on" },
    },
    {
      name: "not on silence interrupted by an answer",
      signals: [silence, say("msg_6"), look(true, answer("msg_6", done))],
      verdict: { kind: "go_on" },
    },
    { name: "silence triggers an immediate check", signals: [accepted, silence], verdict: { kind: "look", afterMs: 0 } },
    { name: "an error triggers a check", signals: [accepted, fail(broken)], verdict: { kind: "look", afterMs: 50 } },
    {
      name: "an error is remembered across a check that found the agent busy",
      signals: [accepted, busy, look(true), fail(broken), look(false)],
      verdict: { kind: "ended", how: "failed", error: broken },
    },
    {
      name: "not on an error while a broken-off answer is still expected",
      signals: [accepted, busy, say("msg_6"), fail(broken), look(false)],
      verdict: { kind: "look", afterMs: 1_000 },
    },
    {
      name: "the first error is kept over later ones",
      signals: [accepted, busy, fail(broken), fail({ ...broken, message: "…" }), look(false)],
      verdict: { kind: "ended", how: "failed", error: broken },
    },
  ] as const)("$name", ({ signals, verdict }) => {
    expect(last(signals)).toEqual(verdict);
  });
});

describe("T1, F27: leftovers of an interrupted turn do not end the next turn", () => {
  const orphanError = fail(aborted);
  const orphanAnswer = say("msg_4", { isOver: true, error: aborted });
  const begun = [accepted, busy, say("msg_6")];
  it.each([
    { name: "one idle before anything", signals: [idle, look(false, null, false)] },
    { name: "two idles, 20 ms apart", signals: [orphanError, idle, orphanAnswer, idle, look(false, null, false)] },
    { name: "one after the prompt was accepted", signals: [accepted, orphanAnswer, idle, look(false)] },
    { name: "one after the next turn's first activity", signals: [...begun, orphanError, orphanAnswer, idle, look(true, answer("msg_6"))] },
    { name: "one between two of its steps", signals: [...begun, say("msg_6", { isOver: true }), orphanError, idle, look(true)] },
    { name: "an answer of the previous turn, found by a check", signals: [idle, look(false, answer("msg_4", done))] },
  ])("$name", ({ signals }) => {
    expect(ends(signals)).toEqual([]);
    expect(last([...signals, accepted, busy, say("msg_6"), say("msg_6", done), idle])).toEqual({ kind: "ended", how: "completed" });
  });

  it("T1: whatever came before, in any order", () => {
    const orphan = fc.constantFrom(idle, orphanError, orphanAnswer);
    const own = [accepted, busy, say("msg_6"), say("msg_6", { isOver: true }), busy, say("msg_7"), say("msg_7", done)];
    fc.assert(
      fc.property(fc.array(fc.array(orphan, { maxLength: 3 }), { minLength: own.length, maxLength: own.length }), (orphans) => {
        const signals = own.flatMap((signal, place) => [...orphans[place]!, signal]);
        expect(ends(signals)).toEqual([]);
        expect(last([...signals, idle])).toEqual({ kind: "ended", how: "completed" });
      }),
    );
  });
});

describe("T7: a prompt that was accepted and forgotten", () => {
  it.each([
    { name: "is sent again", signals: [accepted, overdue, look(false)], verdict: { kind: "send_again" } },
    {
      name: "is sent again once, until it is overdue again",
      signals: [accepted, overdue, look(false), look(false)],
      verdict: { kind: "look", afterMs: 1_000 },
    },
    { name: "is checked immediately when it is overdue", signals: [accepted, overdue], verdict: { kind: "look", afterMs: 0 } },
    {
      name: "is sent again although the check missed its message, which was seen before",
      signals: [accepted, overdue, look(false, null, false)],
      verdict: { kind: "send_again" },
    },
    {
      name: "is not sent again if another prompt's message was seen",
      signals: [{ type: "prompt_seen", messageId: "msg_9" }, overdue, look(false, null, false)],
      verdict: { kind: "look", afterMs: 1_000 },
    },
    { name: "is not sent again while the agent works on it", signals: [accepted, overdue, look(true)], verdict: { kind: "go_on" } },
    {
      name: "is not sent again if it never arrived",
      signals: [overdue, look(false, null, false)],
      verdict: { kind: "look", afterMs: 1_000 },
    },
    { name: "is not sent again after a stop", signals: [accepted, stop, overdue, look(false)], verdict: { kind: "look", afterMs: 1_000 } },
    { name: "is not sent again once the turn began", signals: [accepted, busy, overdue], verdict: { kind: "go_on" } },
  ] as const)("$name", ({ signals, verdict }) => {
    expect(last(signals)).toEqual(verdict);
  });
});

describe("T2: a stop", () => {
  it.each([
    {
      name: "ends the turn with the answer it broke off",
      signals: [accepted, busy, say("msg_6"), stop, fail(aborted), idle, say("msg_6", { isOver: true, error: aborted }), idle],
      verdict: { kind: "ended", how: "stopped" },
    },
    {
      name: "ends the turn with an unfinished answer",
      signals: [accepted, busy, say("msg_6"), stop, idle, look(false), look(false), look(false)],
      verdict: { kind: "ended", how: "stopped" },
    },
    {
      name: "ends the turn if there was no answer yet",
      signals: [accepted, busy, stop, fail(aborted), look(false), look(false), look(false)],
      verdict: { kind: "ended", how: "stopped" },
    },
    { name: "that belongs to an earlier turn is ignored", signals: [accepted, busy, fail(aborted)], verdict: { kind: "go_on" } },
    { name: "that was requested triggers a check", signals: [accepted, busy, stop, fail(aborted)], verdict: { kind: "look", afterMs: 50 } },
    {
      name: "does not end a turn that has not begun, because it would begin later",
      signals: [accepted, stop, idle, look(false), look(false)],
      verdict: { kind: "look", afterMs: 1_000 },
    },
    {
      name: "comes too late for a finished turn",
      signals: [accepted, say("msg_6", done), stop, idle],
      verdict: { kind: "ended", how: "completed" },
    },
  ])("$name", ({ signals, verdict }) => {
    expect(last(signals)).toEqual(verdict);
  });

  it("pressed elsewhere fails the turn", () => {
    expect(last([accepted, busy, say("msg_6", { isOver: true, error: aborted }), idle])).toEqual({
      kind: "ended",
      how: "failed",
      error: aborted,
    });
  });
});
