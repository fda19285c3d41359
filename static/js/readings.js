// Says below a field, as soon as it is left, how the import reads what was typed into it.
"use strict";

(() => {
  const asked = new WeakMap();

  // A cell of the grid has a place for it; a field of a form gets one after it.
  function placeOf(field) {
    const known = document.getElementById(`${field.name}-read`);
    if (known) return known;
    const place = Object.assign(document.createElement("div"), { id: `${field.name}-read`, className: "reading" });
    place.setAttribute("role", "status");
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${place.id}`.trim());
    (field.closest(".flex-container") ?? field).after(place);
    return place;
  }

  function show(place, { said, errors, warnings }) {
    const lines = [[said, "read-as"], ...errors.map(one => [one, "reading-error"]), ...warnings.map(one => [one, "reading-warning"])];
    const filled = lines.filter(([text]) => text);
    place.replaceChildren(...filled.map(([textContent, className]) => Object.assign(document.createElement("p"), { textContent, className })));
  }

  async function read(field) {
    const place = placeOf(field), number = (asked.get(field) ?? 0) + 1;
    asked.set(field, number);
    const body = new FormData();
    body.append("cell", field.value);
    body.append("csrfmiddlewaretoken", field.form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(field.dataset.reading, { method: "POST", body });
      const found = answer.ok ? await answer.json() : { said: "", errors: [], warnings: [] };
      if (asked.get(field) === number) show(place, found);
    } catch {
      place.replaceChildren(); // without a connection it is read when it is saved
    }
  }

  document.addEventListener("change", event => {
    const field = event.target.closest("[data-reading]");
    if (field) read(field);
  });
})();
