// Adds rows of citations to the form: of the source that was used last, or copied from another record.
"use strict";

(() => {
  const help = document.getElementById("citing-help");
  const { prefix, citations, added, failed } = help.dataset;
  const group = document.getElementById(`${prefix}-group`);
  const form = group.closest("form");
  const status = help.querySelector(".citing-status");
  const $ = django.jQuery;
  const IDENTITY = ["source", "locator_label", "locator", "quoted_in"];

  const total = () => Number(form.elements[`${prefix}-TOTAL_FORMS`].value);
  const field = (index, name) => form.elements[`${prefix}-${index}-${name}`];

  // A row that nobody has used yet, or a new one.
  function addRow() {
    const last = total() - 1;
    if (last >= 0 && field(last, "source")?.value === "") return last;
    group.querySelector(".add-row a").click();
    return total() - 1;
  }

  function choose(select, { id, text }) {
    if (![...select.options].some(option => option.value === id)) select.add(new Option(text, id));
    select.value = id;
    $(select).trigger("change"); // select2 shows what is chosen
  }

  function tick(index, facts) {
    const boxes = form.querySelectorAll(`[name="${prefix}-${index}-facts"]`);
    for (const box of boxes) box.checked = facts.includes(box.value);
  }

  function fill(index, { facts = [], ...row }) {
    for (const [name, value] of Object.entries(row)) {
      const one = field(index, name);
      if (!one || !value) continue;
      if (value.id) choose(one, value);
      else one.value = value;
    }
    tick(index, facts);
    $(field(index, "source")).trigger("input");
  }

  const idOf = value => value?.id ?? value ?? "";
  const identity = row => JSON.stringify(IDENTITY.map(name => idOf(row[name])));

  function known() {
    const rows = Array.from({ length: total() }, (_row, index) => index).filter(index => field(index, "source"));
    return rows.map(index => identity(Object.fromEntries(IDENTITY.map(name => [name, field(index, name)?.value]))));
  }

  function citeLast({ id, text }) {
    const index = addRow();
    fill(index, { source: { id, text } });
    field(index, "locator_label").focus();
  }

  async function copy() {
    const number = document.getElementById("copy-from").value;
    if (!number) return;
    try {
      const answer = await fetch(citations.replace("/0/", `/${number}/`));
      if (!answer.ok) throw new Error(answer.statusText);
      take((await answer.json()).rows);
    } catch {
      status.textContent = failed;
    }
  }

  function take(rows) {
    const there = known();
    const fresh = rows.filter(row => !there.includes(identity(row)));
    const indexes = fresh.map(row => {
      const index = addRow();
      fill(index, row);
      return index;
    });
    const counts = { added: fresh.length, known: rows.length - fresh.length };
    status.textContent = added.replace(/\{(\w+)\}/g, (_all, name) => counts[name]);
    if (indexes.length) field(indexes[0], "locator_label").focus();
  }

  help.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (button?.dataset.id) citeLast(button.dataset);
    else if (button) copy();
  });
  // Select2 names its boxes only by what is chosen in them.
  function nameBox() {
    help.querySelector(".select2-selection__rendered").setAttribute("aria-labelledby", "copy-from-label");
    help.querySelector(".select2-selection").setAttribute("aria-labelledby", "copy-from-label select2-copy-from-container");
  }

  $(nameBox); // after the admin's own scripts
  help.hidden = false;
})();
