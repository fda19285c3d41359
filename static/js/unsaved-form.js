// Keeps what is typed into this form, offers what was typed into it earlier, and warns before unsaved text is left.
"use strict";

(() => {
  const place = document.getElementById("unsaved");
  const form = place.closest("form");
  const status = place.querySelector(".unsaved-status");
  const texts = place.dataset;
  const $ = django.jQuery;
  const TOTAL = /^(.+)-TOTAL_FORMS$/;
  const BEGAN_FROM = "_began_from";
  const CHOICE = "_holds_"; // between two values that both are saved already
  const PAUSE = 400;
  const NEVER = ["password", "file", "submit", "button", "reset", "image"];
  let began, own, timer, isLeavingByForm = false;

  // Reading the form.

  function isKept(field) {
    if (!field.name || NEVER.includes(field.type) || field.name.includes("__prefix__")) return false;
    if (field.name.startsWith(CHOICE)) return false;
    return field.type !== "hidden" || field.name === BEGAN_FROM || TOTAL.test(field.name) || isCell(field.name);
  }

  // A cell of a table; it may lie outside what is shown of it, and is then a hidden field.
  function isCell(name) {
    return Boolean(texts.cells) && name.startsWith(texts.cells);
  }

  function addCells(one, names) {
    for (const name of names.filter(one => isCell(one) && !form.elements[one])) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: one.values[name][0] ?? "" }));
    }
  }

  const keptFields = () => [...form.elements].filter(isKept);
  const isTicked = field => field.type === "checkbox" || field.type === "radio";

  // As a browser would read the value that the server has sent.
  function sentValue(field) {
    if (field.tagName !== "INPUT") return field.defaultValue.replace(/\r\n?/g, "\n");
    return Object.assign(document.createElement("input"), { type: field.type, value: field.defaultValue }).value;
  }

  function sentOptions(field) {
    const marked = [...field.options].filter(option => option.defaultSelected);
    return marked.length || field.multiple ? marked : [...field.options].slice(0, 1);
  }

  // {name: values}: as they are now, or as the server has sent them, whatever the browser has filled in since.
  function read(isAsSent = false) {
    const values = {};
    for (const field of keptFields()) {
      const found = values[field.name] ??= [];
      if (isTicked(field)) {
        if (isAsSent ? field.defaultChecked : field.checked) found.push(field.value);
      } else if (field.tagName === "SELECT") {
        const chosen = isAsSent ? sentOptions(field) : [...field.selectedOptions];
        found.push(...chosen.map(option => option.value));
      } else {
        found.push(isAsSent ? sentValue(field) : field.value);
      }
    }
    return values;
  }

  function namesThatDiffer(values) {
    const same = name => JSON.stringify(values[name]) === JSON.stringify(began[name] ?? []);
    return [...new Set([...Object.keys(values), ...Object.keys(began)])].filter(name => !same(name));
  }

  const isChanged = () => namesThatDiffer(read()).length > 0;

  // What a person reads.

  const textOf = element => element.textContent.trim().replace(/:$/, "");

  function labelOf(field) {
    const group = isTicked(field) && field.closest("fieldset")?.querySelector("legend");
    const label = group || form.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    const column = field.closest("td")?.cellIndex;
    const head = column === undefined ? null : field.closest("table")?.tHead?.rows[0]?.cells[column];
    const row = /^(.+)-(\d+)-/.exec(field.name);
    const heading = row && document.getElementById(`${row[1]}-heading`);
    const words = label ? textOf(label) : head ? textOf(head) : field.getAttribute("aria-label") || field.name;
    return heading ? `${textOf(heading)} ${Number(row[2]) + 1}: ${words}` : words;
  }

  function textIn(field) {
    if (isTicked(field)) return field.closest("label") ? textOf(field.closest("label")) : field.checked ? "+" : "–";
    if (field.tagName === "SELECT") return [...field.selectedOptions].filter(option => option.value).map(option => option.text).join(", ");
    return field.value;
  }

  // [[label, text]] of the fields with these names.
  function inWords(names) {
    const found = new Map();
    for (const field of keptFields()) {
      if (field.type === "hidden" || !names.includes(field.name)) continue;
      const label = labelOf(field);
      if (isTicked(field) && !field.checked && document.getElementsByName(field.name).length > 1) continue;
      const text = textIn(field);
      if (text || field.name in began) found.set(label, [...(found.get(label) ?? []), text]); // else it was always empty
    }
    return [...found].map(([label, parts]) => [label, parts.join(", ")]);
  }

  function optionTexts() {
    const found = {};
    for (const field of keptFields()) {
      if (field.tagName !== "SELECT") continue;
      found[field.name] = Object.fromEntries([...field.selectedOptions].map(option => [option.value, option.text]));
    }
    return found;
  }

  // Keeping.

  function keep() {
    clearTimeout(timer);
    timer = undefined;
    const values = read();
    const names = namesThatDiffer(values);
    if (!names.length) return unsavedText.drop(unsavedText.keyOf(own));
    const about = { at: Date.now(), title: texts.title, add: texts.add };
    const content = { values, began, names, shown: optionTexts(), changed: inWords(names) };
    if (!unsavedText.keep({ ...own, ...about, ...content })) say(texts.notKept);
  }

  function keepSoon() {
    timer ??= setTimeout(keep, PAUSE);
  }

  function keepNow() {
    if (timer !== undefined) keep();
  }

  function say(sentence) {
    if (status.textContent !== sentence) status.textContent = sentence;
  }

  // Restoring.

  const total = prefix => Number(form.elements[`${prefix}-TOTAL_FORMS`]?.value ?? 0);

  function addRows(prefix, wanted) {
    while (total(prefix) < wanted) {
      const before = total(prefix);
      document.querySelector(`#${CSS.escape(prefix)}-group .add-row a`)?.click();
      if (total(prefix) === before) return;
    }
  }

  function removeRow(prefix, index) {
    const box = form.elements[`${prefix}-${index}-DELETE`];
    if (box) box.checked = true;
    else document.querySelector(`#${CSS.escape(prefix)}-${index} .inline-deletelink`)?.click();
  }

  function removeRowsFrom(prefix, wanted) {
    for (let index = total(prefix) - 1; index >= wanted; index--) removeRow(prefix, index);
  }

  // A row that was there and had been ticked to be deleted, and that is a new one now, is taken out again.
  function removeTicked(values) {
    const ticked = Object.keys(values).filter(name => name.endsWith("-DELETE") && values[name].length);
    const rows = ticked.map(name => /^(.+)-(\d+)-DELETE$/.exec(name)).filter(row => row && !form.elements[row[0]]);
    rows.sort((one, other) => other[2] - one[2]).forEach(([, prefix, index]) => removeRow(prefix, index));
  }

  function setOptions(field, values, labels = {}) {
    const known = [...field.options].map(option => option.value);
    const mayAdd = field.matches(".admin-autocomplete, .related-widget-wrapper select");
    for (const value of mayAdd ? values.filter(one => !known.includes(one)) : []) {
      field.add(new Option(labels[value] ?? value, value));
    }
    for (const option of field.options) option.selected = values.includes(option.value);
  }

  function set(field, values, labels) {
    if (isTicked(field)) field.checked = values.includes(field.value);
    else if (field.tagName === "SELECT") setOptions(field, values, labels);
    else field.value = values[0] ?? "";
    $(field).trigger("change"); // select2 shows what is chosen, and a key is no longer made of the name
  }

  // A form that is compared with what others have saved, or a new one, is restored as a whole; any other only where
  // something was changed, so that it takes nothing back.
  function restore(one, isCopy) {
    const isWhole = isCopy || BEGAN_FROM in one.values || texts.version === "";
    const names = isWhole ? Object.keys(one.values) : one.names.filter(name => name in one.values);
    for (const name of names) {
      const prefix = TOTAL.exec(name)?.[1];
      if (!prefix) continue;
      addRows(prefix, Number(one.values[name][0]));
      if (isWhole) removeRowsFrom(prefix, Number(one.values[name][0]));
    }
    addCells(one, names);
    for (const field of keptFields()) {
      const isWanted = names.includes(field.name) && !TOTAL.test(field.name);
      if (isWanted) set(field, one.values[field.name], one.shown[field.name]);
    }
    removeTicked(one.values);
  }

  function take(one, isCopy = false) {
    restore(one, isCopy);
    unsavedText.drop(one.key);
    keep();
    say(texts.restored);
    status.focus();
  }

  function offer(one) {
    const box = unsavedText.shown(one, place, texts.offer);
    const isOlder = one.version !== texts.version;
    if (isOlder) box.querySelector(".offer").append(` ${texts.changed}`);
    box.addEventListener("click", event => {
      const verb = event.target.dataset.do;
      if (verb === "restore") take(one);
      if (verb === "discard") {
        unsavedText.drop(one.key);
        say(texts.discarded);
        status.focus();
      }
      if (verb) box.remove();
    });
    place.append(box);
    return box.querySelector(".offer").textContent;
  }

  function offerAll() {
    const mine = unsavedText.all().filter(one => one.user === own.user);
    const copied = decodeURIComponent(/^#unsaved=(.+)/.exec(location.hash)?.[1] ?? "");
    const copy = mine.find(one => one.key === copied);
    if (copy) {
      history.replaceState(null, "", location.pathname + location.search);
      return take(copy, true);
    }
    const offers = mine.filter(one => one.address === own.address && one.name !== own.name).map(offer);
    if (offers.length) place.querySelector(".unsaved-announced").textContent = offers[0];
    return undefined;
  }

  // A form that was sent and refused goes on under its name; what it began from is not on the page.
  function begin() {
    const name = form.elements._unsaved;
    const isSent = Boolean(texts.isSent);
    name.value ||= Date.now().toString(36) + Math.random().toString(36).slice(2, 10);
    own = { user: texts.user, address: location.pathname, name: name.value, version: texts.version };
    const before = isSent ? unsavedText.all().find(one => one.key === unsavedText.keyOf(own)) : undefined;
    if (before) own.version = before.version;
    const isFilledIn = isSent && !document.getElementById("form-message"); // by the server, of what was pasted
    began = before ? before.began : isFilledIn ? {} : read(true);
    if (!isSent) offerAll();
  }

  function listen() {
    $(form).on("input change click focusout keyup formset:added", keepSoon);
    document.addEventListener("formset:removed", keepSoon);
    addEventListener("pagehide", keepNow);
    document.addEventListener("visibilitychange", keepNow);
    form.addEventListener("submit", event => {
      keep();
      if (navigator.onLine) {
        isLeavingByForm = true;
        return;
      }
      event.preventDefault();
      say(texts.offline);
      status.focus();
    });
    addEventListener("pageshow", event => { if (event.persisted) isLeavingByForm = false; });
    addEventListener("focus", () => unsavedText.dropSaved());
    addEventListener("beforeunload", event => {
      if (isLeavingByForm || !isChanged()) return;
      keep();
      event.preventDefault();
    });
  }

  // After the admin's own scripts, which make rows and select boxes ready in the same way.
  $(() => {
    begin();
    listen();
  });
})();
