import { type MutationKey, useMutationState } from "@tanstack/react-query";

/**
 * Returns the daemon's last answer with everything the person did since applied to it, oldest first.
 *
 * For data that shows an input before the daemon confirms it. The input is never written into the answer: an answer that was asked for
 * before the input and comes after it would take the input back for a moment, and the next key would act on what the page showed then.
 * The mutation needs `mutationKey`, and an `onSettled` that returns the refetch, so that its input counts until the new answer is here.
 *
 * @param apply Must give the same result if the answer contains the input already.
 */
export function useUnconfirmed<Data>(mutationKey: MutationKey, data: Data, apply: (data: Data, input: never) => Data): Data {
  const inputs = useMutationState({
    filters: { mutationKey, exact: true, status: "pending" },
    select: (mutation) => mutation.state.variables as never,
  });
  return inputs.reduce(apply, data);
}
