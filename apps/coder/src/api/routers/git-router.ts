import {
  CommitInput,
  OperationInput,
  PreviewUpdateInput,
  ProposeMessageInput,
  PullRequestInput,
  PushInput,
  UpdateInput,
} from "@boocode/shared/git/git-input";
import { SessionId } from "@boocode/shared/ids";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

export const gitRouter = router({
  status: procedure.input(z.object({ sessionId: SessionId })).query(({ ctx, input }) => ctx.parts.git.status(input.sessionId)),
  commit: procedure.input(CommitInput).mutation(({ ctx, input }) => ctx.parts.git.commit(input)),
  proposeMessage: procedure.input(ProposeMessageInput).mutation(({ ctx, input }) => ctx.parts.proposeMessage(input)),
  push: procedure.input(PushInput).mutation(({ ctx, input }) => ctx.parts.git.push(input)),
  pullRequest: procedure.input(PullRequestInput).mutation(({ ctx, input }) => ctx.parts.git.pullRequest(input)),
  previewUpdate: procedure.input(PreviewUpdateInput).query(({ ctx, input }) => ctx.parts.git.previewUpdate(input)),
  updateFromBase: procedure.input(UpdateInput).mutation(({ ctx, input }) => ctx.parts.git.updateFromBase(input)),
  continueOperation: procedure.input(OperationInput).mutation(({ ctx, input }) => ctx.parts.git.continueOperation(input)),
  abort: procedure.input(OperationInput).mutation(({ ctx, input }) => ctx.parts.git.abort(input)),
});
