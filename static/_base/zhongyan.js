/* What script adds to pages that work without it: counting, copying, keeping, one send per press. */
(function () {
  "use strict";
  var each = function (selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); };
  var say = function (words, number) { return words.replace("{n}", number.toLocaleString(document.documentElement.lang)); };

  /* How many characters are left; said aloud only after a pause, by the field's own status line. */
  each("[data-count-for]", function (line) {
    var area = document.getElementById(line.dataset.countFor);
    if (!area) { return; }
    var limit = Number(area.dataset.limit);
    var spoken = document.createElement("span");
    var timer;
    spoken.className = "visually-hidden";
    spoken.setAttribute("role", "status");
    line.after(spoken);
    var count = function () {
      var left = limit - Array.from(area.value).length;
      line.textContent = say(left < 0 ? line.dataset.wordsOver : line.dataset.wordsLeft, Math.abs(left));
      line.classList.toggle("field-count-over", left < 0);
      clearTimeout(timer);
      timer = setTimeout(function () { if (left < limit / 10) { spoken.textContent = line.textContent; } }, 1200);
    };
    area.addEventListener("input", count);
    window.addEventListener("pageshow", count);
    count();
  });

  /* The last two days before a close, by the server's clock: a wrong clock here changes nothing. */
  each("[data-until]", function (line) {
    var loaded = performance.now();
    var tell = function () {
      var left = Number(line.dataset.until) - Number(line.dataset.now) - (performance.now() - loaded) / 1000;
      var minutes = Math.floor(left / 60);
      line.textContent = left <= 0 ? line.dataset.over : line.dataset.words.replace("{h}", Math.floor(minutes / 60)).replace("{m}", minutes % 60);
      if (left > 0) { setTimeout(tell, 20000); }
    };
    setTimeout(tell, 20000);
  });

  /* Copy a receipt code. */
  each("[data-copy]", function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.dataset.copy).then(function () {
        button.parentNode.querySelector("[data-copy-said]").textContent = button.dataset.copiedWords;
      });
    });
  });

  each("[data-print]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  /* One send per press. Buttons stay enabled, so that the pressed one's value is sent;
     coming back, or ten seconds without an answer, opens the form again. */
  var release = function (form) {
    delete form.dataset.sending;
    Array.prototype.forEach.call(form.querySelectorAll("[aria-disabled]"), function (button) { button.removeAttribute("aria-disabled"); });
  };
  each("form[data-once]", function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sending) { event.preventDefault(); return; }
      form.dataset.sending = "1";
      Array.prototype.forEach.call(form.querySelectorAll("button[type=submit]"), function (button) { button.setAttribute("aria-disabled", "true"); });
      setTimeout(function () { release(form); }, 10000);
    });
  });
  window.addEventListener("pageshow", function () { each("form[data-once]", release); });

  /* Long texts not yet sent stay in this browser, and only they: names and contacts are never kept,
     for the machine may be a public one. The receipt page names the form, which ends the keeping. */
  var store = null;
  try { store = window.localStorage; store.getItem("zhongyan"); } catch (refused) { store = null; }
  var place = function (key) { return "zhongyan:" + key; };
  var month = 30 * 24 * 3600 * 1000;
  var read = function (key) {
    try {
      var kept = JSON.parse(store.getItem(place(key)));
      return kept && Date.now() - kept.at < month ? kept.texts : null;
    } catch (broken) { return null; }
  };
  var restored = function (form, areas) {
    var region = form.querySelector("[data-kept-region]");
    var words = document.createElement("p");
    var discard = document.createElement("button");
    words.textContent = region.dataset.keptWords;
    discard.type = "button";
    discard.className = "button-text";
    discard.textContent = region.dataset.discardWords;
    discard.addEventListener("click", function () {
      areas.forEach(function (area) { area.value = ""; area.dispatchEvent(new Event("input")); });
      store.removeItem(place(form.dataset.keep));
      region.replaceChildren();
      areas[0].focus();
    });
    region.replaceChildren(words, discard);
  };
  if (store) {
    each("[data-sent]", function (receipt) { store.removeItem(place(receipt.dataset.sent)); });
    each("form[data-keep]", function (form) {
      var areas = Array.prototype.slice.call(form.querySelectorAll("textarea"));
      var kept = read(form.dataset.keep);
      var back = areas.filter(function (area) { return kept && kept[area.name] && !area.value; });
      back.forEach(function (area) { area.value = kept[area.name]; area.dispatchEvent(new Event("input")); });
      if (back.length) { restored(form, back); }
      form.addEventListener("input", function () {
        var texts = {};
        areas.forEach(function (area) { if (area.value) { texts[area.name] = area.value; } });
        try {
          if (Object.keys(texts).length) { store.setItem(place(form.dataset.keep), JSON.stringify({ at: Date.now(), texts: texts })); }
          else { store.removeItem(place(form.dataset.keep)); }
        } catch (full) { /* No room: the page works as without keeping. */ }
      });
    });
  }

  /* The summary of errors is read first. */
  each("[data-focus]", function (summary) { summary.focus(); });

  /* Ticking rows. */
  each("[data-bulk-count]", function (line) {
    var id = line.dataset.bulkCount;
    var boxes = Array.prototype.slice.call(document.querySelectorAll('input[name="selected"][form="' + id + '"]'));
    var all = document.querySelector('[data-bulk-all="' + id + '"]');
    var count = function () {
      var ticked = boxes.filter(function (box) { return box.checked; }).length;
      line.textContent = say(line.dataset.words, ticked);
      if (all) { all.checked = boxes.length > 0 && ticked === boxes.length; all.indeterminate = ticked > 0 && ticked < boxes.length; }
    };
    boxes.forEach(function (box) { box.addEventListener("change", count); });
    if (all) {
      all.hidden = false;
      all.addEventListener("change", function () { boxes.forEach(function (box) { box.checked = all.checked; }); count(); });
    }
    count();
  });
})();
