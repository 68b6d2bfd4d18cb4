import { createRoot } from "react-dom/client";
import "./index.css";
import { Button } from "./ui/button.tsx";

createRoot(document.getElementById("root")!).render(<Button>x</Button>);
