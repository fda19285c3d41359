// Moves the bar of an import that a worker is at; without scripts the page loads itself anew instead.
const place = document.getElementById("import-progress");
const show = (name, text) => { document.getElementById(name).textContent = text; };

async function ask() {
  const answer = await fetch(place.dataset.address);
  const found = answer.ok ? await answer.json() : { is_under_way: false };
  if (!found.is_under_way) return location.reload();
  const bar = document.getElementById("bar");
  if (found.total) { bar.max = found.total; bar.value = found.done; }
  show("step", found.step);
  show("done", found.done);
  show("total", found.total || "…");
  show("left", found.seconds_left ?? "…");
  setTimeout(ask, 1000);
}

setTimeout(ask, 1000);
