import type { AppRouter } from "@boocode/coder/router";
import { TRPCClientError, type TRPCLink } from "@trpc/client";
import type { inferRouterError } from "@trpc/server";
import { observable } from "@trpc/server/observable";
import { readToken } from "./access.ts";
import { notePlace } from "./place.ts";

/** The tRPC answer to one call of a batch. */
interface AskedAnswer {
  answer: { result?: { data: unknown }; error?: inferRouterError<AppRouter> };
  place: string | null;
}

/** The requests that `public/first.js` sent before this code was loaded. */
interface Asked {
  token: string | null;
  answers: Record<string, Promise<AskedAnswer>>;
}

/** Answers older than this are not used, because they no longer belong to the first view. In milliseconds. */
const GOOD_FOR_MS = 5_000;

const asked = (globalThis as { boocodeAsked?: Asked }).boocodeAsked;
setTimeout(dropAsked, GOOD_FOR_MS);

/** Discards the early answers not used yet. Call this when something changed since, because they may be out of date. */
export function dropAsked(): void {
  if (asked) asked.answers = {};
}

/** Answers a query once from the early requests of `first.js`; passes everything else to the next link. */
export const askedFirstLink: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) => {
    const early = op.type === "query" ? take(op.path, op.input) : null;
    if (!early) return next(op);
    return observable((observer) => {
      let inner: { unsubscribe(): void } | null = null;
      let isOver = false;
      const askAgain = () => {
        if (!isOver) inner = next(op).subscribe(observer);
      };
      early.then(({ answer, place }) => {
        if (isOver) return;
        notePlace(place);
        if (answer.error !== undefined) return observer.error(TRPCClientError.from({ error: answer.error }));
        if (answer.result === undefined) return askAgain();
        observer.next({ result: { type: "data", data: answer.result.data } });
        observer.complete();
      }, askAgain);
      return () => {
        isOver = true;
        inner?.unsubscribe();
      };
    });
  };

function take(path: string, input: unknown): Promise<AskedAnswer> | null {
  if (!asked || asked.token === null || asked.token !== readToken()) return null;
  const key = `${path} ${JSON.stringify(input)}`;
  const found = asked.answers[key] ?? null;
  delete asked.answers[key];
  return found;
}
