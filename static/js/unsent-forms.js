// A page with several forms sends one of them. Leaving it asks first where something is written in another.
"use strict";

(() => {
  const isWritten = form => [...form.querySelectorAll("textarea")].some(one => one.value.trim());
  let sent = null;

  document.addEventListener("submit", event => {
    sent = event.target;
  });

  window.addEventListener("beforeunload", event => {
    const others = [...document.forms].filter(form => form !== sent);
    if (others.some(isWritten)) event.preventDefault();
    sent = null;
  });
})();
