import { MutationObserver, QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { renderToString } from "react-dom/server";
import { describe, expect, it, onTestFinished } from "vitest";
import { useUnconfirmed } from "./unconfirmed.ts";

const QUERY_KEY = ["list"];
const MUTATION_KEY = ["add"];

function makePage() {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  onTestFinished(() => client.clear());
  const stored: string[] = [];
  const answers: PromiseWithResolvers<void>[] = [];
  const reads: PromiseWithResolvers<void>[] = [];
  const query = {
    queryKey: QUERY_KEY,
    queryFn: async () => {
      const read = stored.slice();
      const gate = Promise.withResolvers<void>();
      reads.push(gate);
      await gate.promise;
      return read;
    },
  };
  const Shown = () => {
    const { data = [] } = useQuery(query);
    return useUnconfirmed(MUTATION_KEY, data, (list: string[], added: string) => (list.includes(added) ? list : [...list, added])).join(
      " ",
    );
  };
  return {
    client,
    reads,
    answers,
    fetch: () => client.fetchQuery({ ...query, staleTime: 0 }),
    add: (word: string) => {
      const observer = new MutationObserver(client, {
        mutationKey: MUTATION_KEY,
        mutationFn: async (added: string) => {
          const answer = Promise.withResolvers<void>();
          answers.push(answer);
          await answer.promise;
          stored.push(added);
        },
        onSettled: () => client.invalidateQueries({ queryKey: QUERY_KEY, refetchType: "all" }),
      });
      const done = observer.mutate(word);
      done.catch(() => {});
      return done;
    },
    shown: () =>
      renderToString(
        <QueryClientProvider client={client}>
          <Shown />
        </QueryClientProvider>,
      ),
    until: (list: readonly unknown[], length: number) => expect.poll(() => list.length).toBe(length),
  };
}

describe("what the person did", () => {
  it("stays shown when an answer asked for before it comes after it, and until the answer that contains it", async () => {
    const page = makePage();
    const old = page.fetch();
    await page.until(page.reads, 1);
    const done = page.add("one");
    await page.until(page.answers, 1);
    expect(page.shown()).toBe("one");
    page.reads[0]!.resolve();
    await old;
    expect(page.shown()).toBe("one");
    page.answers[0]!.resolve();
    await page.until(page.reads, 2);
    expect(page.shown()).toBe("one");
    page.reads[1]!.resolve();
    await done;
    expect(page.shown()).toBe("one");
    expect(page.client.getQueryData(QUERY_KEY)).toEqual(["one"]);
  });

  it("counts in its order, and the second stays while the first is confirmed", async () => {
    const page = makePage();
    const opened = page.fetch();
    page.reads[0]!.resolve();
    await opened;
    const first = page.add("one");
    void page.add("two");
    await page.until(page.answers, 2);
    expect(page.shown()).toBe("one two");
    page.answers[0]!.resolve();
    await page.until(page.reads, 2);
    page.reads[1]!.resolve();
    await first;
    expect(page.shown()).toBe("one two");
  });

  it("is taken back if the daemon refuses it", async () => {
    const page = makePage();
    const done = page.add("one");
    await page.until(page.answers, 1);
    page.answers[0]!.reject(new Error("no"));
    await expect(done).rejects.toThrow("no");
    expect(page.shown()).toBe("");
  });
});
