/* A shared screen: who has been on its first page is led back there after a pause, and leaves
   nothing behind. Without this script the first page still turns by itself. */
(function () {
  "use strict";
  var own = document.currentScript.dataset;
  var PAUSE = 90, WARNING = 20;
  var store;
  try { store = window.sessionStorage; } catch (_error) { return; }
  if (own.here) {
    store.setItem("kiosk", "1");
    try { window.localStorage.clear(); } catch (_error) { /* kept nowhere, so nothing to clear */ }
    document.querySelector("[data-leave]").addEventListener("click", function () { store.removeItem("kiosk"); });
    /* Stopped by somebody who went away: it turns again. */
    setTimeout(function () { window.location.assign(own.home); }, PAUSE * 1000);
    return;
  }
  if (store.getItem("kiosk") !== "1") { return; }

  var left = PAUSE, bar = null, words = null;
  var stay = function () {
    left = PAUSE;
    if (bar) { bar.remove(); bar = null; }
  };
  var leave = function () {
    try { window.localStorage.clear(); } catch (_error) { /* as above */ }
    var out = document.querySelector(".masthead-self form[action$='/account/sign-out']");
    if (out) { out.submit(); return; }
    window.location.assign(own.home);
  };
  var warn = function () {
    bar = document.createElement("div");
    bar.className = "kiosk-warning";
    bar.setAttribute("role", "alert");
    words = document.createElement("p");
    var button = document.createElement("button");
    button.className = "button";
    button.type = "button";
    button.textContent = own.stay;
    button.addEventListener("click", stay);
    bar.append(words, button);
    document.body.append(bar);
  };
  ["pointerdown", "keydown", "wheel", "touchmove", "input"].forEach(function (kind) {
    document.addEventListener(kind, stay, { passive: true });
  });
  setInterval(function () {
    left -= 1;
    if (left <= 0) { leave(); return; }
    if (left === WARNING) { warn(); }
    /* Said aloud once; the number is only shown afterwards. */
    if (bar) { words.textContent = own.words.replace("{n}", left); }
  }, 1000);
}());
