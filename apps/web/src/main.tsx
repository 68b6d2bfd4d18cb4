import { createRoot } from "react-dom/client";
import { startAccess } from "./api/access.ts";
import { followWorkspace } from "./api/live.ts";
import { App } from "./app.tsx";
import "./index.css";

void startAccess();
followWorkspace();
createRoot(document.getElementById("root")!).render(<App />);
