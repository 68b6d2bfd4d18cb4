import "./api/without-eval.ts";
import { startAccess } from "./api/access.ts";
import { followWorkspace } from "./api/live.ts";
import { keepDrafts } from "./chats/composer/draft-store.ts";
import "./index.css";

void startAccess();
followWorkspace();
keepDrafts();
// A chunk of its own, so that no single task runs all of the program: what asks the daemon begins first, what draws follows.
void import("./draw-app.tsx").then(({ drawApp }) => drawApp(document.getElementById("root")!));
