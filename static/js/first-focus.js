// Where the focus is when a page has been opened: at what was refused, else at the first thing to do.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const shown = selector => [...document.querySelectorAll(selector)].find(one => one.offsetParent && !one.disabled);

  const refused = shown(".form-message") ?? shown(".messagelist .error, #content .errornote");
  if (refused) {
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    if (refused.tabIndex < 0) refused.tabIndex = -1;
    refused.focus();
    refused.scrollIntoView({ block: "start" });
  }
});
