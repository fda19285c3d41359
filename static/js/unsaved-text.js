// Unsaved text of the admin's forms, kept in this browser: one entry per opened form, for 30 days or until it is saved.
// Each is under "unsaved:<user>:<address of the form>:<name of the opened form>".
"use strict";

const unsavedText = {
  start: "unsaved:",
  milliseconds: 30 * 24 * 3600 * 1000,

  keyOf(one) {
    return `${this.start}${one.user}:${one.address}:${one.name}`;
  },

  // All entries, the newest first; without storage there are none.
  all() {
    const found = [];
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith(this.start)) continue;
        try {
          found.push({ ...JSON.parse(localStorage.getItem(key)), key });
        } catch {
          localStorage.removeItem(key); // nothing that could be read again
        }
      }
    } catch {
      return [];
    }
    return found.sort((one, other) => other.at - one.at);
  },

  // Says whether it could be kept: storage may be full or switched off.
  keep(one) {
    try {
      localStorage.setItem(this.keyOf(one), JSON.stringify(one));
      return true;
    } catch {
      return false;
    }
  },

  drop(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // without storage nothing is kept either
    }
  },

  // The server names by a cookie each form that it has saved.
  dropSaved() {
    for (const cookie of document.cookie.split("; ")) {
      const name = /^saved_([a-z0-9]+)=/.exec(cookie)?.[1];
      if (!name) continue;
      this.all().filter(one => one.name === name).forEach(one => this.drop(one.key));
      document.cookie = `saved_${name}=; path=/admin/; max-age=0`;
    }
  },

  dropOld() {
    const now = Date.now();
    this.all().filter(one => !(now - one.at < this.milliseconds)).forEach(one => this.drop(one.key));
  },

  // "5 minutes ago", in the language of the page.
  when(at) {
    const seconds = Math.max(1, Math.round((Date.now() - at) / 1000));
    const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
    const [unit, length] = units.find(([, size]) => seconds >= size);
    const format = new Intl.RelativeTimeFormat(document.documentElement.lang);
    return format.format(-Math.floor(seconds / length), unit);
  },

  // An entry as the page's template shows it; `texts` are the words of the page.
  shown(one, place, texts) {
    const box = place.querySelector("template").content.cloneNode(true).firstElementChild;
    const labels = [...new Set(one.changed.map(([label]) => label))];
    const names = labels.slice(0, 5).join(", ") + (labels.length > 5 ? "…" : "");
    const said = { title: one.title, when: this.when(one.at), names };
    box.querySelector(".offer").textContent = texts.replace(/\{(\w+)\}/g, (_all, name) => said[name]).replace(/…\.$/, "…");
    const list = document.createElement("dl");
    for (const [label, text] of one.changed) {
      list.append(
        Object.assign(document.createElement("dt"), { textContent: label }),
        Object.assign(document.createElement("dd"), { textContent: text || "–" }),
      );
    }
    box.querySelector("details").append(list);
    return box;
  },
};

unsavedText.dropSaved();
unsavedText.dropOld();
