/* Uploads files as they are chosen, so that nothing waits at the end; keeps them over a reload. */
(function () {
  "use strict";
  var box = document.querySelector("[data-attach]");
  if (!box || !window.fetch || !window.FormData) { return; }
  var form = box.closest("form");
  var words = box.dataset;
  var carried = form.querySelector("input[name=files]");
  var list = box.querySelector("[data-attached]");
  var chooser = box.querySelector("input[type=file]");
  var said = box.querySelector("[data-attach-said]");
  var button = box.querySelector("[data-attach-button]");
  var keep = form.dataset.keep ? "files:" + form.dataset.keep : null;
  var refs = function () { return carried.value.split(" ").filter(Boolean); };
  var names = {};
  button.hidden = true;

  var store = function () {
    if (!keep) { return; }
    try {
      if (refs().length) { localStorage.setItem(keep, JSON.stringify(refs().map(function (ref) { return [ref, names[ref]]; }))); }
      else { localStorage.removeItem(keep); }
    } catch (refused) { /* a browser that keeps nothing */ }
  };

  var drop = function (ref, row) {
    carried.value = refs().filter(function (each) { return each !== ref; }).join(" ");
    row.remove();
    store();
    chooser.focus();
  };

  var show = function (ref, text) {
    var row = document.createElement("li");
    var name = document.createElement("span");
    var off = document.createElement("button");
    names[ref] = text;
    name.className = "attached-name";
    name.textContent = text + " ";
    off.type = "button";
    off.className = "button button-quiet";
    off.textContent = words.dropWords;
    off.setAttribute("aria-label", words.dropWords + " " + text);
    off.addEventListener("click", function () { drop(ref, row); });
    row.append(name, off);
    list.append(row);
  };

  var add = function (ref, text) {
    carried.value = refs().concat(ref).join(" ");
    show(ref, text);
    store();
  };

  /* Rows that the server wrote: their button works at once instead of by a round trip. */
  Array.prototype.forEach.call(list.querySelectorAll("[data-drop]"), function (off) {
    var row = off.closest("li");
    names[off.dataset.drop] = row.querySelector(".attached-name").textContent;
    off.addEventListener("click", function (event) { event.preventDefault(); drop(off.dataset.drop, row); });
  });
  if (keep && !carried.value) {
    try {
      JSON.parse(localStorage.getItem(keep) || "[]").forEach(function (each) { add(each[0], each[1]); });
    } catch (spoilt) { /* not ours */ }
  }
  store();

  var send = function (file) {
    var body = new FormData();
    body.append("csrf_token", form.querySelector("input[name=csrf_token]").value);
    body.append("file", file);
    said.textContent = words.sendingWords + file.name;
    return fetch(words.attach, { method: "POST", body: body, headers: { Accept: "application/json" } })
      .then(function (answer) { return answer.json(); })
      .then(function (told) {
        if (told.ref) { add(told.ref, told.said); said.textContent = words.doneWords + file.name; return ""; }
        return told.error || words.failedWords + file.name;
      })
      .catch(function () { return words.failedWords + file.name; });
  };

  chooser.addEventListener("change", function () {
    var files = Array.prototype.slice.call(chooser.files);
    var failed = [];
    chooser.value = "";
    files.reduce(function (before, file) {
      return before.then(function () {
        if (refs().length >= Number(words.most)) { failed.push(words.fullWords); return undefined; }
        return send(file).then(function (error) { if (error) { failed.push(error); } });
      });
    }, Promise.resolve()).then(function () { if (failed.length) { said.textContent = failed.join(" "); } });
  });
}());
