// A field with search opens as soon as something is typed into it, as other fields take what is typed.
"use strict";

document.addEventListener("keydown", event => {
  const box = event.target.closest?.(".select2-selection--single");
  const isText = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!box || !isText) return;
  django.jQuery(box.closest(".select2").previousElementSibling).select2("open");
  const search = document.querySelector(".select2-container--open .select2-search__field");
  if (!search) return;
  event.preventDefault(); // the letter would be lost while the focus moves
  search.focus();
  search.value = event.key;
  search.dispatchEvent(new Event("input", { bubbles: true }));
}, true);
