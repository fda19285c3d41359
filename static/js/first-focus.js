// Where the focus is when a page has been opened: at what was refused, else at the first thing to do.
"use strict";

(() => {
  const FIELDS = "input:not([type=hidden]), textarea, select:not(.select2-hidden-accessible), .select2-selection";
  // In this order: the box for a reference, the first field of a new entity, the search of a list, the first mark.
  const FIRST = [
    ".reference-box textarea",
    `.add-form #content form fieldset :is(${FIELDS})`,
    "#searchbar",
    ".review-decision table input",
    ".review-decision button",
  ];

  const shown = selector => [...document.querySelectorAll(selector)].find(one => one.offsetParent && !one.disabled);

  // The grid of figures marks its mistakes itself.
  const refused = () => shown(".form-message") ?? shown(".messagelist .error, #content .errornote:not(.figure-grid *)");

  document.addEventListener("DOMContentLoaded", () => {
    const message = refused();
    if (!message) return;
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    if (message.tabIndex < 0) message.tabIndex = -1;
    message.focus();
    message.scrollIntoView({ block: "start" });
  });

  // After the admin's own scripts, which make the fields with search.
  addEventListener("load", () => {
    if (location.hash || document.activeElement !== document.body) return;
    const first = FIRST.map(shown).find(Boolean);
    first?.focus();
  });
})();
