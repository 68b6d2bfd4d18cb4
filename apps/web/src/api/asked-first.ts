import type { AppRouter } from "@boocode/coder/router";
import { TRPCClientError, type TRPCLink } from "@trpc/client";
import type { inferRouterError } from "@trpc/server";
import { observable } from "@trpc/server/observable";
import { readToken } from "./access.ts";
import { notePlace } from "./place.ts";

/** One call's part of a batch: what tRPC answers for it. */
interface AskedAnswer {
  answer: { result?: { data: unknown }; error?: inferRouterError<AppRouter> };
  place: string | null;
}

/** What `public/first.js` asked for before this code was read. */
interface Asked {
  token: string | null;
  answers: Record<string, Promise<AskedAnswer>>;
}

/** Answers that nobody has taken by then belong to no first view any more, in milliseconds. */
const GOOD_FOR_MS = 5_000;

const asked = (globalThis as { boocodeAsked?: Asked }).boocodeAsked;
setTimeout(dropAsked, GOOD_FOR_MS);

/** Forgets what was asked first and not taken. Call when something changed since: it may not be right any more. */
export function dropAsked(): void {
  if (asked) asked.answers = {};
}

/** Answers a query by what was asked before this page's code was there, once; all else goes on to the next link. */
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
