// The page's tabs: to read, and to learn, which is loaded when it is first opened. Knows nothing of either.

import { byId, show } from "./dom.js";
import { onLanguage, say } from "./language.js";

let learn = null;

/** Show the tab that the address names, now and whenever that changes. `onNetwork` is handed on to the Learn tab. */
export function startTabs(onNetwork) {
  const route = () => {
    const name = location.hash.startsWith("#learn") ? "learn" : "read";
    for (const each of ["read", "learn"]) {
      show(byId(each), each === name);
      if (each === name) byId(`tab-${each}`).setAttribute("aria-current", "page");
      else byId(`tab-${each}`).removeAttribute("aria-current");
    }
    byId("title").textContent = say(name === "learn" ? "learn-title" : "title");
    byId("lead").textContent = say(name === "learn" ? "learn-lead" : "lead");
    if (name === "learn") learn ??= import("./learn.js").then((page) => page.openLearn(byId("learn"), onNetwork));
  };
  addEventListener("hashchange", route);
  onLanguage(route);
  route();
}

export const isReading = () => !byId("read").hidden;
