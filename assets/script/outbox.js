// What is pressed without a network waits on the phone of a volunteer, and is sent once there is one: signing in and out. Its page
// works without this file, where there is a network.
(function () {
  'use strict';
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var place = function (name) { try { var it = window[name]; it.setItem('t', ''); it.removeItem('t'); return it; } catch (e) { return null; } };
  var store = place('localStorage'), tab = place('sessionStorage');

  // What waits for a network: forms as they would have been sent, each with its key, so that twice counts once.
  var waiting = function () { try { return JSON.parse(store.getItem('outbox') || '[]'); } catch (e) { return []; } };
  // A page that offline.js shows from the phone carries the time at which it was kept.
  var kept = document.documentElement.getAttribute('data-kept');
  var note = document.querySelector('[data-waiting]');
  // In the city's time, like every other time on the page, wherever the phone is set to.
  var clock = function (at, how) {
    var part = document.querySelector('[data-ahead]');
    var shifted = new Date(new Date(at).getTime() + (part ? part.getAttribute('data-ahead') : 0) * 60000);
    how.timeZone = 'UTC';
    how.hourCycle = 'h23';
    how.hour = how.minute = '2-digit';
    return shifted.toLocaleString(document.documentElement.lang, how);
  };
  var fill = function (words, values) { return words.replace(/\{(\w+)\}/g, function (all, name) { return values[name] === undefined ? all : values[name]; }); };
  var pending = function (one) { return !one.refused; };
  // What was not taken says which it was, when it was pressed and why, until its owner has seen to it: whoever writes it down
  // anew needs the time.
  var tell = function (list) {
    if (!store) return;
    if (list.length) store.setItem('outbox', JSON.stringify(list)); else store.removeItem('outbox');
    if (!note) return;
    var words = note.querySelector('p'), drop = note.querySelector('[data-drop]');
    var refused = list.filter(function (one) { return one.refused; });
    Array.prototype.slice.call(note.querySelectorAll('[data-more]')).forEach(function (more) { more.remove(); });
    var said = refused.map(function (one) {
      var values = { what: one.what || '', why: one.why || '', time: one.at ? clock(one.at, { month: 'numeric', day: 'numeric' }) : '' };
      return fill(words.getAttribute('data-refused'), values);
    });
    var rest = list.filter(pending).length;
    if (rest) said.push(fill(words.getAttribute('data-waits'), { n: rest }));
    note.hidden = !list.length;
    words.textContent = said.shift() || '';
    said.reverse().forEach(function (text) {
      var more = document.createElement('p');
      more.setAttribute('data-more', '');
      more.textContent = text;
      words.after(more);
    });
    if (drop) drop.hidden = !refused.length;
  };
  var address = function (url) { return new URL(url, location.href).pathname; };
  var taskOf = function (path) { return path.replace(/^\/en(?=\/)/, '').replace(/\/(now|check-in|check-out)$/, ''); };
  // Signed in to the task of this page, and not told to anybody yet.
  var signedIn = function () {
    return waiting().filter(function (one) {
      return pending(one) && /\/check-in$/.test(address(one.to)) && taskOf(address(one.to)) === taskOf(location.pathname);
    })[0];
  };
  // What would be refused for being empty is said at once: later its time would be lost.
  var lacks = function (form) {
    var box = form.querySelector('[data-empty]'), any = false;
    if (!box) return false;
    var before = signedIn(), since = Number(form.getAttribute('data-since')) || (before && before.at ? new Date(before.at).getTime() : 0);
    var brief = since && Date.now() - since < form.getAttribute('data-shortest') * 60000;
    var filled = function (name) {
      return Array.prototype.some.call(form.elements, function (field) {
        if (field.name !== name) return false;
        if (/^(checkbox|radio)$/.test(field.type)) return field.checked;
        return name === 'code' ? /^\d{6,8}$/.test(field.value.normalize('NFKC').replace(/[\s-]/g, '')) : !!field.value.trim();
      });
    };
    Array.prototype.forEach.call(box.querySelectorAll('[data-needs]'), function (line) {
      line.hidden = line.getAttribute('data-needs').split(' ').some(filled) || (line.hasAttribute('data-unless-brief') && brief);
      any = any || !line.hidden;
    });
    box.hidden = !any;
    if (any) box.focus();
    return any;
  };
  var wait = function (form) {
    if (lacks(form)) { form.removeAttribute('data-sent'); return; }
    var fields = new URLSearchParams(new FormData(form)), at = new Date().toISOString();
    var button = form.querySelector('[type=submit]'), head = document.querySelector('h1');
    var what = [head, button].map(function (part) { return part ? part.textContent.trim() : ''; }).filter(Boolean).join(' · ');
    fields.append('device_at', at);
    tell(waiting().concat([{ to: form.action, page: location.pathname, body: fields.toString(), at: at, what: what }]));
    goOn();
    // A page from the phone says little of the network: it may be back.
    if (kept) deliver();
  };
  // A phone with bars says that it is online; whether anybody answers is seen by asking.
  var reached = function () {
    var late = new Promise(function (done, failed) { setTimeout(failed, 6000); });
    return Promise.race([late, fetch('/healthz', { cache: 'no-store' }).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error('somebody else answers');
    })]);
  };
  // Who has signed in and waits for a network can go on to signing out.
  var goOn = function () {
    all('[data-when-waiting]').forEach(function (part) { part.hidden = !signedIn(); });
    all('[data-unless-waiting]').forEach(function (part) { part.hidden = !!signedIn(); });
  };
  // How many were sent since it was said last.
  var done = document.querySelector('[data-delivered]');
  var saySent = function () {
    var count = tab && tab.getItem('delivered');
    if (!count || !done || waiting().some(pending)) return;
    tab.removeItem('delivered');
    var words = done.querySelector('p');
    words.textContent = fill(words.getAttribute('data-words'), { n: count });
    done.hidden = false;
  };
  var why = function (text) {
    var faults = new DOMParser().parseFromString(text, 'text/html').querySelectorAll('#errors li');
    return Array.prototype.map.call(faults, function (fault) { return fault.textContent.trim(); }).join(' ');
  };
  var sending = false;
  var deliver = function () {
    var next = waiting().filter(pending)[0];
    if (!next || sending || !navigator.onLine) return;
    sending = true;
    fetch(next.to, { method: 'POST', body: new URLSearchParams(next.body) }).then(function (answer) {
      // Signed out meanwhile, or the server cannot now: it goes on waiting.
      if (/\/login/.test(answer.url) || answer.status >= 500 || answer.status === 429) { sending = false; return null; }
      return (answer.ok ? Promise.resolve('') : answer.text()).then(function (text) {
        sending = false;
        var list = waiting(), first = list.map(pending).indexOf(true);
        if (answer.ok) {
          // What was refused before has been written down anew with this.
          list = list.filter(function (one, at) { return at !== first && !(one.refused && one.to === next.to); });
          if (tab) tab.setItem('delivered', Number(tab.getItem('delivered') || 0) + 1);
        } else {
          list[first].refused = true;
          list[first].why = why(text);
        }
        tell(list);
        goOn();
        if (!answer.ok) return;
        // The page of the same task tells what is so now.
        if (!list.some(pending) && taskOf(location.pathname) === taskOf(next.page)) { location.reload(); return; }
        saySent();
        deliver();
      });
    }).catch(function () { sending = false; });
  };
  if (store && window.fetch && window.URLSearchParams && note) {
    tell(waiting());
    var drop = note.querySelector('[data-drop] button');
    if (drop) drop.addEventListener('click', function () { tell(waiting().filter(pending)); });
    saySent();
    window.addEventListener('online', deliver);
    // No browser says when a network that was there all along carries again.
    setInterval(deliver, 20000);
    goOn();
    deliver();
  }

  if (kept) {
    all('[data-kept-at]').forEach(function (part) {
      var words = part.querySelector('p');
      words.textContent = fill(words.getAttribute('data-words'), { time: clock(kept, {}) });
      part.hidden = false;
    });
    // What cannot wait is not offered.
    all('form:not([data-outbox]), [data-online]').forEach(function (part) { part.hidden = true; });
    all('details').forEach(function (part) { part.hidden = !!part.querySelector('form') && !part.querySelector('form:not([hidden])'); });
  }

  // Before the other script sees it: what is kept here is not sent by it.
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (!note || !store || !window.fetch || form.method !== 'post' || !form.hasAttribute('data-outbox')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.getAttribute('data-sent')) return;
    form.setAttribute('data-sent', '1');
    if (kept || !navigator.onLine) wait(form);
    else reached().then(function () { form.submit(); }, function () { wait(form); });
  }, true);
})();
