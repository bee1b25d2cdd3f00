/* Opinions that are written and not sent stay in this browser for a month, and only their words:
   names and contacts are never kept. A sending's receipt page ends the keeping. */
(function () {
  "use strict";
  var store = null;
  try { store = window.localStorage; store.getItem("zhongyan"); } catch (refused) { return; }
  var month = 30 * 24 * 3600 * 1000;
  var place = function (slug) { return "zhongyan:basket:" + slug; };
  var read = function (slug) {
    try {
      var kept = JSON.parse(store.getItem(place(slug)));
      return kept && Date.now() - kept.at < month && JSON.parse(kept.text).length ? kept.text : "";
    } catch (broken) { return ""; }
  };
  var keep = function (slug, text) {
    try { store.setItem(place(slug), JSON.stringify({ at: Date.now(), text: text })); } catch (full) { /* Works as without keeping. */ }
  };
  /* What is in the basket is kept there: the form of a single one is to come back empty. */
  var forget = function (slug, items) {
    items.forEach(function (item) {
      var on = (item.clause || "") + (item.document ? "document-" + item.document : "");
      store.removeItem("zhongyan:comment:" + slug + ":" + on);
    });
  };
  var offer = function (text) {
    var strip = document.querySelector("[data-basket-strip]");
    var empty = document.querySelector("[data-basket-empty]");
    Array.prototype.forEach.call(document.querySelectorAll("input[name=basket]"), function (field) { field.value = text; });
    if (strip) {
      strip.querySelector("span").textContent = strip.dataset.words.replace("{n}", JSON.parse(text).length);
      strip.hidden = false;
    }
    if (empty) { empty.hidden = true; }
  };
  Array.prototype.forEach.call(document.querySelectorAll("[data-basket-sent]"), function (receipt) {
    store.removeItem(place(receipt.dataset.basketSent));
  });
  Array.prototype.forEach.call(document.querySelectorAll("[data-basket]"), function (mark) {
    var slug = mark.dataset.basket;
    var field = mark.form.elements.basket;
    if (mark.dataset.basketPage === "list" || (!mark.dataset.basketPage && field.value)) {
      if (field.value && field.value !== "[]") {
        keep(slug, field.value);
        if (mark.dataset.basketPage) { forget(slug, JSON.parse(field.value)); }
      } else { store.removeItem(place(slug)); }
      return;
    }
    var text = read(slug);
    if (text) { offer(text); }
  });
})();
