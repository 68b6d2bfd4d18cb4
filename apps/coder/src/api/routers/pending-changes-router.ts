import { JudgeInput, SettleInput } from "@boocode/shared/changes/edits/edit";
import { MAX_DIFFS_AT_ONCE } from "@boocode/shared/changes/open-diffs";
import { CommentedLine, CommentText } from "@boocode/shared/changes/review/line-comment";
import { AddInput } from "@boocode/shared/changes/staged/staged-edit";
import { ChangeId, CommentId, EditId, SessionId, TaskId } from "@boocode/shared/ids";
import { z } from "zod";
import { procedure } from "../trpc.ts";

const session = z.object({ sessionId: SessionId });
const change = session.extend({ changeId: ChangeId });

const several = session.extend({ changeIds: z.array(ChangeId).max(MAX_DIFFS_AT_ONCE), ignoreWhitespace: z.boolean().default(false) });

/** A plain record: `router()` refuses a procedure that is called `apply`, although every client can call it. */
export const pendingChangesRouter = {
  list: procedure.input(session).query(({ ctx, input }) => ctx.parts.pendingChanges.list(input.sessionId)),
  diffs: procedure
    .input(several)
    .query(({ ctx, input: { sessionId, changeIds, ignoreWhitespace } }) =>
      ctx.parts.changeDiffs.list(sessionId, changeIds, { ignoreWhitespace }),
    ),
  diff: procedure.input(change).query(({ ctx, input }) => ctx.parts.changeDiffs.diff(input.sessionId, input.changeId)),
  blame: procedure.input(change).query(({ ctx, input }) => ctx.parts.changeDiffs.blame(input.sessionId, input.changeId)),
  content: procedure
    .input(change.extend({ side: z.enum(["before", "after"]) }))
    .query(({ ctx, input }) => ctx.parts.changeDiffs.content(input.sessionId, input.changeId, input.side)),
  turnDiff: procedure.input(z.object({ taskId: TaskId })).query(({ ctx, input }) => ctx.parts.changeDiffs.turn(input.taskId)),
  apply: procedure.input(JudgeInput).mutation(({ ctx, input }) => ctx.parts.changeApply.apply(input)),
  undoApply: procedure.input(session.extend({ applyId: EditId })).mutation(({ ctx, input }) => ctx.parts.changeApply.undo(input)),
  reject: procedure.input(JudgeInput).mutation(({ ctx, input }) => ctx.parts.changeReject.reject(input)),
  undoReject: procedure.input(session.extend({ rejectId: EditId })).mutation(({ ctx, input }) => ctx.parts.changeReject.undo(input)),
  restoreTurn: procedure
    .input(z.object({ taskId: TaskId, consent: z.string().max(64).optional() }))
    .mutation(({ ctx, input }) => ctx.parts.changeRestore.restore(input)),
  undoRestore: procedure.input(session.extend({ restoreId: EditId })).mutation(({ ctx, input }) => ctx.parts.changeRestore.undo(input)),
  exportPatch: procedure.input(session).query(({ ctx, input }) => ctx.parts.changeExport.patch(input.sessionId)),
  exportTrace: procedure.input(session).query(({ ctx, input }) => ctx.parts.changeExport.trace(input.sessionId)),
  sides: procedure.input(change).query(({ ctx, input }) => ctx.parts.changeApply.sides(input.sessionId, input.changeId)),
  edits: procedure.input(session).query(({ ctx, input }) => ctx.parts.changeApply.list(input.sessionId)),
  settleEdit: procedure.input(SettleInput).mutation(({ ctx, input }) => ctx.parts.changeApply.settle(input)),
  add: procedure.input(AddInput).mutation(({ ctx, input }) => ctx.parts.stagedWrites.add(input)),
  writeStaged: procedure
    .input(JudgeInput.pick({ sessionId: true, changeIds: true }))
    .mutation(({ ctx, input }) => ctx.parts.stagedWrites.write(input)),
  undoWriteStaged: procedure.input(session.extend({ writeId: EditId })).mutation(({ ctx, input }) => ctx.parts.stagedWrites.undo(input)),
  refresh: procedure.input(session).mutation(async ({ ctx, input }) => {
    const state = await ctx.parts.pendingChanges.refresh(input.sessionId);
    if (state === "busy") ctx.parts.tasks.captureSoon(input.sessionId);
    return { state };
  }),
  leftOut: procedure.input(session).query(async ({ ctx, input }) => ({ paths: await ctx.parts.pendingChanges.leftOut(input.sessionId) })),
  viewed: procedure.input(session).query(async ({ ctx, input }) => ({ changeIds: await ctx.parts.reviews.listViewed(input.sessionId) })),
  markViewed: procedure.input(change.extend({ viewed: z.boolean() })).mutation(({ ctx, input }) => ctx.parts.reviews.markViewed(input)),
  comments: procedure.input(session).query(({ ctx, input }) => ctx.parts.reviews.listComments(input.sessionId)),
  comment: procedure
    .input(change.extend({ ...CommentedLine.shape, text: CommentText }))
    .mutation(({ ctx, input }) => ctx.parts.reviews.comment(input)),
  removeComment: procedure
    .input(session.extend({ commentId: CommentId }))
    .mutation(({ ctx, input }) => ctx.parts.reviews.removeComment(input.sessionId, input.commentId)),
};
