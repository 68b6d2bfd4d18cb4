import { HeadMoves, type HeadMovesDeps } from "./git/head-moves.ts";
import { GitWork, type GitWorkDeps } from "./git/git-work.ts";
import { type AskModel, proposeMessage } from "./git/propose-message.ts";

/** Builds what the person does with git from the page. `parts` stops waiting for what runs. */
export function makeGit(
  { askModel, ...deps }: GitWorkDeps & { askModel: AskModel; feed: HeadMovesDeps["feed"] },
  parts: AsyncDisposableStack,
) {
  const work = new GitWork(deps);
  parts.defer(() => work.close());
  const moves = new HeadMoves({ ...deps, follow: (sessionId) => work.followHead(sessionId) });
  parts.defer(() => moves.close());
  const propose = (input: Parameters<typeof proposeMessage>[1]) => proposeMessage({ git: deps.git, work, askModel }, input);
  return { git: work, proposeMessage: propose };
}
