// A text beside the form: a marked passage becomes the place and, for who may quote, the quotation of a citation.
"use strict";

(() => {
  const pane = document.querySelector(".text-pane");
  const { prefix, nothing, taken, paragraph, quotation, long } = pane.dataset;
  const group = document.getElementById(`${prefix}-group`);
  const form = group.closest("form");
  const text = document.getElementById("text-pane-text");
  const choice = document.getElementById("text-pane-row");
  const status = pane.querySelector(".text-pane-status");

  const total = () => Number(form.elements[`${prefix}-TOTAL_FORMS`].value);
  const field = (index, name) => form.elements[`${prefix}-${index}-${name}`];
  const say = (sentence, values = {}) => sentence.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

  // The citations of the form by their sources, and a new one.
  function offerRows() {
    const chosen = choice.options.length ? choice.value : "0"; // at first the first citation
    const rows = Array.from({ length: total() }, (_row, index) => {
      const source = field(index, "source")?.selectedOptions[0]?.text ?? "";
      return new Option(`${index + 1}. ${source}`.slice(0, 60), String(index));
    });
    choice.replaceChildren(...rows, new Option(pane.dataset.new, ""));
    if ([...choice.options].some(option => option.value === chosen)) choice.value = chosen;
  }

  function rowOfChoice() {
    if (choice.value !== "") return Number(choice.value);
    group.querySelector(".add-row a").click();
    offerRows();
    choice.value = String(total() - 1);
    return total() - 1;
  }

  const paragraphAt = at => text.value.slice(0, at).split("\n").filter(line => line.trim()).length || 1;

  function set(one, value) {
    one.value = value;
    one.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function take() {
    const passage = text.value.slice(text.selectionStart, text.selectionEnd).trim().replace(/\s+/g, " ");
    if (!passage) {
      status.textContent = nothing;
      return;
    }
    const index = rowOfChoice(), said = [];
    const start = text.selectionStart + text.value.slice(text.selectionStart).search(/\S/);
    if (!field(index, "locator").value) {
      const n = paragraphAt(start + 1);
      set(field(index, "locator_label"), "paragraph");
      set(field(index, "locator"), String(n));
      said.push(say(paragraph, { n }));
    }
    const quoted = field(index, "quotation");
    const fits = quoted && (quoted.maxLength < 0 || passage.length <= quoted.maxLength);
    if (fits) {
      set(quoted, passage);
      said.push(quotation);
    }
    const tooLong = quoted && !fits ? say(long, { n: passage.length }) : "";
    status.textContent = [said.length ? say(taken, { what: said.join(", ") }) : "", tooLong].filter(Boolean).join(" ");
  }

  pane.querySelector("button").addEventListener("click", take);
  choice.addEventListener("focus", offerRows);
  pane.addEventListener("toggle", offerRows);
})();
