// The grid of figures: Enter and the arrow keys move between cells, and a block copied from a sheet fills several.
"use strict";

(() => {
  const form = document.getElementById("figure-grid");
  const status = form.querySelector(".grid-status");
  const rows = [...form.querySelectorAll("tbody tr")].map(row => [...row.querySelectorAll("input")]);

  function placeOf(cell) {
    const down = rows.findIndex(row => row.includes(cell));
    return { down, across: down < 0 ? -1 : rows[down].indexOf(cell) };
  }

  function go(down, across) {
    const cell = rows[down]?.[across];
    cell?.focus();
    cell?.select();
    return Boolean(cell);
  }

  // The cell below, and from the last one the first of the next column.
  const goOn = ({ down, across }) => go(down + 1, across) || go(0, across + 1);

  function move(event, cell) {
    const at = placeOf(cell);
    const isAll = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    const isCaret = cell.selectionStart === cell.selectionEnd;
    const atStart = isAll || (isCaret && cell.selectionStart === 0);
    const atEnd = isAll || (isCaret && cell.selectionEnd === cell.value.length);
    switch (event.key) {
      case "Enter": return event.shiftKey ? go(at.down - 1, at.across) : goOn(at) || true;
      case "ArrowDown": return go(at.down + 1, at.across);
      case "ArrowUp": return go(at.down - 1, at.across);
      case "ArrowLeft": return atStart && go(at.down, at.across - 1);
      case "ArrowRight": return atEnd && go(at.down, at.across + 1);
      default: return false;
    }
  }

  // Cells with tabs or new lines in them are quoted by spreadsheets.
  function tableOf(text) {
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
    return lines.map(line => line.split("\t").map(cell => cell.trim().replace(/^"(.*)"$/, "$1")));
  }

  function paste(cell, text) {
    const { down, across } = placeOf(cell);
    const leftOut = [];
    tableOf(text).forEach((line, i) => line.forEach((value, j) => {
      const target = rows[down + i]?.[across + j];
      if (target) target.value = value;
      else if (value) leftOut.push(value);
    }));
    status.textContent = leftOut.length ? form.dataset.leftOut.replace("{values}", leftOut.join("; ")) : "";
  }

  form.addEventListener("keydown", event => {
    if (!rows.some(row => row.includes(event.target))) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (move(event, event.target)) event.preventDefault();
  });

  form.addEventListener("paste", event => {
    const text = event.clipboardData.getData("text/plain");
    if (placeOf(event.target).down < 0 || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    paste(event.target, text);
  });

  // Straight to the first mistake, of the block or of a cell, else to the first cell, so that figures can be typed.
  const wrong = [...form.elements].find(field => field.getAttribute("aria-invalid"));
  const first = form.elements.seen ? form.elements._save : rows.flat()[0];
  (wrong ?? first ?? form.elements.indicator).focus();
})();
