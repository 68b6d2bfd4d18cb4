import { createRoot } from "react-dom/client";
import { startAccess } from "./api/access.ts";
import { followWorkspace } from "./api/live.ts";
import { App } from "./app.tsx";
import { keepDrafts } from "./chats/composer/draft-store.ts";
import "./index.css";

void startAccess();
followWorkspace();
keepDrafts();
createRoot(document.getElementById("root")!).render(<App />);
