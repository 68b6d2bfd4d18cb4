import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ErrorData } from "@boocode/shared/faults/error-data";
import type { Fault } from "@boocode/shared/faults/fault";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/unstable-core-do-not-import";
import { initTRPC, TRPCError, type TRPC_ERROR_CODE_KEY } from "@trpc/server";
import { ZodError } from "zod";
import type { Principal } from "../access/principal.ts";
import type { ApiContext } from "./api-context.ts";

/** Maps each fault to a transport code. A new fault does not compile until it is listed here. */
const CODE_OF = {
  unauthorized: "UNAUTHORIZED",
  token_not_found: "NOT_FOUND",
  token_fixed: "PRECONDITION_FAILED",
  daemon_token_required: "FORBIDDEN",
  invalid_input: "BAD_REQUEST",
  body_too_large: "PAYLOAD_TOO_LARGE",
  prompt_empty: "BAD_REQUEST",
  prompt_too_large: "PAYLOAD_TOO_LARGE",
  prompt_conflict: "CONFLICT",
  blob_not_found: "NOT_FOUND",
  attachments_too_large: "PAYLOAD_TOO_LARGE",
  path_not_found: "BAD_REQUEST",
  path_not_absolute: "BAD_REQUEST",
  not_a_directory: "BAD_REQUEST",
  path_unreadable: "BAD_REQUEST",
  not_a_repository: "BAD_REQUEST",
  bare_repository: "BAD_REQUEST",
  no_commits: "BAD_REQUEST",
  inside_data_dir: "BAD_REQUEST",
  project_not_found: "NOT_FOUND",
  project_busy: "CONFLICT",
  project_not_trusted: "PRECONDITION_FAILED",
  trust_changed: "CONFLICT",
  trust_unknown: "PRECONDITION_FAILED",
  session_not_found: "NOT_FOUND",
  session_archived: "CONFLICT",
  session_deleting: "CONFLICT",
  session_busy: "CONFLICT",
  not_adoptable: "CONFLICT",
  base_ref_not_found: "BAD_REQUEST",
  chat_not_found: "NOT_FOUND",
  chat_closed: "CONFLICT",
  chat_required: "BAD_REQUEST",
  task_not_found: "NOT_FOUND",
  task_not_queued: "CONFLICT",
  not_continuable: "CONFLICT",
  budget_used_up: "CONFLICT",
  skill_unusable: "PRECONDITION_FAILED",
  steer_unsupported: "CONFLICT",
  queue_full: "TOO_MANY_REQUESTS",
  too_many: "TOO_MANY_REQUESTS",
  agent_not_found: "BAD_REQUEST",
  agent_unavailable: "PRECONDITION_FAILED",
  agent_in_use: "CONFLICT",
  login_required: "PRECONDITION_FAILED",
  endpoint_not_found: "NOT_FOUND",
  endpoints_unusable: "PRECONDITION_FAILED",
  endpoint_unreachable: "BAD_GATEWAY",
  endpoint_refused: "BAD_GATEWAY",
  permission_not_found: "NOT_FOUND",
  permission_settled: "CONFLICT",
  rule_not_found: "NOT_FOUND",
  rule_refused: "BAD_REQUEST",
  terminal_not_found: "NOT_FOUND",
  terminal_ended: "CONFLICT",
  terminal_full: "CONFLICT",
  terminal_busy: "CONFLICT",
  terminal_refused: "PRECONDITION_FAILED",
  worktree_not_made: "PRECONDITION_FAILED",
  worktree_missing: "PRECONDITION_FAILED",
  project_gone: "PRECONDITION_FAILED",
  ref_in_the_way: "CONFLICT",
  worktree_elsewhere: "PRECONDITION_FAILED",
  worktree_not_repairable: "PRECONDITION_FAILED",
  worktree_busy: "CONFLICT",
  work_at_risk: "CONFLICT",
  risk_unknown: "CONFLICT",
  trash_not_found: "NOT_FOUND",
  delete_refused: "PRECONDITION_FAILED",
  trash_not_restorable: "CONFLICT",
  stash_not_found: "NOT_FOUND",
  change_not_found: "NOT_FOUND",
  stale_change: "CONFLICT",
  apply_conflict: "CONFLICT",
  moved_on: "CONFLICT",
  edit_not_found: "NOT_FOUND",
  edit_refused: "PRECONDITION_FAILED",
  edit_needs_attention: "CONFLICT",
  later_work: "CONFLICT",
  turn_not_restorable: "PRECONDITION_FAILED",
  comment_not_found: "NOT_FOUND",
  staging_refused: "UNPROCESSABLE_CONTENT",
  file_refused: "UNPROCESSABLE_CONTENT",
  pattern_refused: "BAD_REQUEST",
  file_changed: "CONFLICT",
  git_unavailable: "PRECONDITION_FAILED",
  git_failed: "UNPROCESSABLE_CONTENT",
  git_timed_out: "GATEWAY_TIMEOUT",
  git_output_too_large: "UNPROCESSABLE_CONTENT",
  git_locked: "CONFLICT",
  lock_kept: "CONFLICT",
  ref_moved: "CONFLICT",
  git_busy: "CONFLICT",
  git_status_changed: "CONFLICT",
  git_nothing: "CONFLICT",
  git_identity_missing: "PRECONDITION_FAILED",
  git_detached: "PRECONDITION_FAILED",
  git_operation: "CONFLICT",
  git_no_operation: "CONFLICT",
  git_unresolved: "CONFLICT",
  git_no_remote: "PRECONDITION_FAILED",
  git_no_base: "PRECONDITION_FAILED",
  git_diverged: "CONFLICT",
  git_in_the_way: "CONFLICT",
  git_not_pushed: "PRECONDITION_FAILED",
  git_no_page: "PRECONDITION_FAILED",
  message_not_proposed: "BAD_GATEWAY",
  shutting_down: "SERVICE_UNAVAILABLE",
  storage_failed: "SERVICE_UNAVAILABLE",
} satisfies Record<Fault["kind"], TRPC_ERROR_CODE_KEY>;

export function toFault(error: unknown): Fault | null {
  const cause = error instanceof TRPCError ? error.cause : error;
  if (cause instanceof DomainError) return cause.fault;
  if (error instanceof TRPCError && error.code === "BAD_REQUEST" && cause instanceof ZodError) {
    return {
      kind: "invalid_input",
      issues: cause.issues.slice(0, 20).map((issue) => ({ path: issue.path.join("."), message: issue.message })),
    };
  }
  return null;
}

/** Returns how a fault is answered outside of a procedure, as tRPC answers it inside. */
export function toFaultStatus({ kind }: Fault): { status: number; code: string; number: number } {
  const code = CODE_OF[kind];
  return { status: getHTTPStatusCodeFromError(new TRPCError({ code })), code, number: TRPC_ERROR_CODES_BY_KEY[code] };
}

function toTrpcError(error: unknown): unknown {
  const fault = toFault(error);
  if (!fault) return error;
  return new TRPCError({ code: CODE_OF[fault.kind], message: fault.kind, cause: new DomainError(fault, { cause: error }) });
}

const toErrorData = (data: Omit<ErrorData, "fault">, fault: Fault | null): ErrorData => ({ ...data, fault });

const t = initTRPC.context<ApiContext>().create({
  isDev: false,
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    // An error that is not a fault is a bug, and its message was not written for callers.
    message: error.code === "INTERNAL_SERVER_ERROR" ? "internal error" : shape.message,
    data: toErrorData(shape.data, toFault(error)),
  }),
});

export const router = t.router;

/** The maximum number of subscriptions per WebSocket or request. */
const MAX_SUBSCRIPTIONS = 128;

/** The base of every procedure. It lets routers ignore TRPCError, and stops every call whose token was revoked. */
export const procedure = t.procedure.use(async ({ ctx, next, type, signal }) => {
  if (ctx.principal.ended.aborted) throw toTrpcError(new DomainError({ kind: "unauthorized" }));
  const leave = type === "subscription" ? takePlace(ctx, signal) : null;
  const result = await next();
  if (!result.ok) {
    leave?.();
    throw toTrpcError(result.error);
  }
  // A subscription's generator runs after this middleware has returned, so its errors need their own catch.
  if (leave) return { ...result, data: follow(result.data as AsyncIterable<unknown>, ctx.principal, leave) };
  return result;
});

/**
 * Reserves a place for a subscription; returns the function that releases it when the subscription ends, or is stopped before it was read.
 * Fault: `too_many`.
 */
function takePlace({ subscriptions }: ApiContext, signal: AbortSignal | undefined): () => void {
  if (subscriptions.size >= MAX_SUBSCRIPTIONS) {
    throw toTrpcError(new DomainError({ kind: "too_many", what: "subscriptions", limit: MAX_SUBSCRIPTIONS }));
  }
  const place = {};
  subscriptions.add(place);
  const leave = () => void subscriptions.delete(place);
  signal?.addEventListener("abort", leave, { once: true });
  return leave;
}

async function* follow<T>(source: AsyncIterable<T>, principal: Principal, leave: () => void): AsyncGenerator<T> {
  try {
    for await (const value of source) {
      if (principal.ended.aborted) throw new DomainError({ kind: "unauthorized" });
      yield value;
    }
  } catch (error) {
    throw toTrpcError(error);
  } finally {
    leave();
  }
}
