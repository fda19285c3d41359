// Says on pages without the form that text is kept on this device, and lists it.
"use strict";

(() => {
  const notice = document.getElementById("unsaved-notice");
  const list = document.getElementById("unsaved-list");

  // On the page to log in, the user is not known yet.
  function isMeant(one) {
    const { user, address } = notice.dataset;
    return (!user || one.user === user) && (!address || one.address === address.split("?")[0]);
  }

  function remind() {
    if (!unsavedText.all().some(isMeant)) return;
    const { text, list: href, link } = notice.dataset;
    const sentence = Object.assign(document.createElement("p"), { textContent: `${text} ` });
    if (href) sentence.append(Object.assign(document.createElement("a"), { href, textContent: link }));
    notice.append(sentence);
  }

  const status = list?.querySelector(".unsaved-status");
  const isEmpty = () => !list.querySelector(".unsaved-text");

  function show(one) {
    const box = unsavedText.shown(one, list, list.dataset.offer);
    box.querySelector("[data-do=open]").href = one.address;
    box.querySelector("[data-do=copy]").href = `${one.add}#unsaved=${encodeURIComponent(one.key)}`;
    box.querySelector("[data-do=discard]").addEventListener("click", () => {
      unsavedText.drop(one.key);
      box.remove();
      status.textContent = isEmpty() ? list.dataset.none : list.dataset.discarded;
      status.focus();
    });
    list.append(box);
  }

  if (notice) remind();
  if (list) {
    unsavedText.all().filter(one => one.user === list.dataset.user).forEach(show);
    if (isEmpty()) status.textContent = list.dataset.none;
  }
})();
