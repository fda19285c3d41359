// Says while a form is filled in what the register may have already. Nothing is stored, and nothing is stopped.
"use strict";

(() => {
  const place = document.querySelector("[data-likely]");
  const form = place.closest("form");
  const $ = django.jQuery;
  const PAUSE = 500; // milliseconds without a key
  // What does not tell of what the form is about: citations, links and the form's own notes.
  const LEFT_OUT = /^(citations-|links-|memberships-|_)/;
  let timer = 0, asked = "", shown = place.innerHTML.trim(), running = null;

  function typed() {
    const body = new FormData(form);
    for (const name of [...body.keys()]) if (LEFT_OUT.test(name)) body.delete(name);
    return body;
  }

  const asText = body => JSON.stringify([...body].map(([name, value]) => [name, String(value)]));

  // An unchanged answer is left as it is, so that it is not read aloud again and keeps the focus.
  function show(html) {
    if (html === shown) return;
    shown = html;
    place.innerHTML = html; // escaped by the server
  }

  async function ask() {
    const body = typed(), text = asText(body);
    if (text === asked) return;
    asked = text;
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(place.dataset.likely, { method: "POST", body, signal: running.signal });
      if (answer.ok) show((await answer.text()).trim());
    } catch {
      // without a connection the form can still be filled in
    }
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  }

  // By jQuery, because boxes with search tell only it what is chosen in them.
  $(form).on("input change", soon);
  document.addEventListener("formset:removed", soon);
  $(() => {
    // The page says it of what is stored; a form that was refused or filled in has something to ask about at once.
    if ("known" in place.dataset) asked = asText(typed());
    else soon();
  });
})();
