// Names, for screen readers, of the fields that Django's admin and Select2 leave without one.
"use strict";

{
  const textOf = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";

  // The heading of the column of a table that this field is in.
  const headingOf = (field) => {
    const cell = field.closest(".tabular td");
    return cell ? textOf(cell.closest("table").tHead?.rows[0]?.cells[cell.cellIndex]) : "";
  };

  // The label of the line of a form that this field is one of several in, such as a day and a time.
  const lineOf = (field) => textOf(field.closest(".form-row")?.querySelector("label, legend"));

  const nameOf = (field) =>
    textOf(field.labels?.[0]) || field.getAttribute("aria-label") || headingOf(field) || lineOf(field);

  const nameOwnFields = (part) => {
    for (const field of part.querySelectorAll(".form-row :is(input, select, textarea):not([type=hidden])"))
      if (!field.labels.length && !field.hasAttribute("aria-label")) field.setAttribute("aria-label", nameOf(field));
    for (const icon of part.querySelectorAll(".search-label-icon")) icon.setAttribute("role", "img");
  };

  // Select2 puts its field after the list of choices that it replaces; what is chosen is a part of the name.
  const nameSearchFields = (part) => {
    for (const box of part.querySelectorAll("select + .select2")) {
      const name = nameOf(box.previousElementSibling);
      const field = box.querySelector("[role=combobox]");
      const chosen = field.querySelector("span.select2-selection__rendered");
      field.removeAttribute("aria-labelledby");
      field.setAttribute("aria-label", `${name} ${textOf(chosen)}`.trim());
      chosen?.removeAttribute("role");
      chosen?.removeAttribute("aria-readonly");
      box.querySelector(".select2-search__field")?.setAttribute("aria-label", name);
    }
  };

  const nameAll = (part) => {
    nameOwnFields(part);
    nameSearchFields(part);
  };

  document.addEventListener("DOMContentLoaded", () => {
    // The corner of a table heads nothing.
    for (const corner of document.querySelectorAll(".tabular th.original")) {
      const cell = document.createElement("td");
      cell.className = corner.className;
      corner.replaceWith(cell);
    }
    const search = document.getElementById("searchbar");
    search?.setAttribute("aria-label", search.form.querySelector("[type=submit]").value);
    nameAll(document);
    new MutationObserver(() => nameAll(document)).observe(document.body, { childList: true, subtree: true });
  });
}
