import { createContext, useContext } from "react";

/** Whether the pane around a part of the page is the active one, which shortcuts are for. */
export const ActivePane = createContext(true);

export const useIsInActivePane = (): boolean => useContext(ActivePane);
