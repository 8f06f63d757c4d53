// Everything works without this file; each part says what it adds.
(function () {
  'use strict';
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var place = function (name) { try { var it = window[name]; it.setItem('t', ''); it.removeItem('t'); return it; } catch (e) { return null; } };
  var store = place('localStorage'), tab = place('sessionStorage');
  var DAY = 24 * 60 * 60 * 1000;

  // After a refusal, the summary of what is wrong comes first.
  all('[data-focus]').forEach(function (summary) { summary.focus(); });

  all('[data-count-for]').forEach(function (count) {
    var field = document.getElementById(count.getAttribute('data-count-for'));
    if (!field) return;
    var max = Number(field.getAttribute('data-max'));
    var said = null, rest = 0;
    var show = function () {
      // The server counts characters, not UTF-16 units.
      var left = max - Array.from(field.value).length;
      var words = count.getAttribute(left < 0 ? 'data-over' : 'data-left');
      count.textContent = words.replace('{n}', Math.abs(left));
      count.classList.toggle('over', left < 0);
      return left <= Math.min(30, max / 5) ? count.textContent : '';
    };
    field.addEventListener('input', function () {
      var words = show();
      // Spoken when the writing rests and few are left.
      if (words && !said) {
        said = document.createElement('p');
        said.className = 'hidden';
        said.setAttribute('role', 'status');
        count.parentNode.appendChild(said);
      }
      clearTimeout(rest);
      rest = setTimeout(function () { if (said) said.textContent = words; }, 1500);
    });
    show();
  });

  // What another answer makes needless is put away; what is wrong stays.
  all('[data-asks]').forEach(function (part) {
    var field = document.getElementById(part.getAttribute('data-asks'));
    var form = field && field.form;
    if (!form) return;
    var on = part.getAttribute('data-if');
    var off = part.getAttribute('data-unless');
    var show = function () {
      var said = form.querySelector('input[name="' + field.name + '"]:checked');
      // Before anything is chosen, what may be needed stays: nothing jumps.
      var needed = said ? (on ? said.value === on : said.value !== off) : !on;
      part.hidden = !needed && !part.querySelector('.bad, [aria-invalid]');
    };
    form.addEventListener('change', show);
    show();
    part.classList.remove('away');
  });

  // What is typed and not sent comes back to the same form for the same person: for a day, and at a desk, which others use
  // too, only in the same tab.
  var root = document.documentElement;
  var mine = 'keep:' + (root.getAttribute('data-whose') || '') + ':';
  var drafts = root.hasAttribute('data-density') ? tab : store;
  // Rows of a page move up when one is done, and one form serves several people: what is typed belongs to the number that stands
  // in the row, or to whom the form names, not to its place.
  var named = function (field) { var row = field.closest('[data-of]'); return row && document.getElementById(row.getAttribute('data-of')); };
  var key = function (field) {
    var by = named(field), number = by ? by.value.replace(/[^0-9a-z]/gi, '').toUpperCase() : '';
    return mine + field.form.getAttribute('action') + ':' + (number ? number + ':' + field.name.replace(/^[^_]*_/, '') : field.name);
  };
  var read = function (place, name) {
    try { var draft = JSON.parse(place.getItem(name)); return Date.now() - draft.at < DAY ? draft.text : ''; } catch (e) { return ''; }
  };
  var forget = function (everything) {
    [store, tab].forEach(function (place) {
      if (place) Object.keys(place).forEach(function (name) {
        // Of whoever was signed in before; what was typed before signing in stays.
        var other = mine !== 'keep::' && name.indexOf(mine) && name.indexOf('keep::');
        if (/^keep:/.test(name) && (everything || other || !read(place, name))) place.removeItem(name);
      });
    });
  };
  forget();
  var way = performance.getEntriesByType ? performance.getEntriesByType('navigation')[0] : null;
  if (drafts) {
    // The answer to a form is a page that was led to, and not to sign in; whoever comes by themselves lost the network.
    var sent = drafts.getItem('sent');
    var answered = way ? way.redirectCount > 0 : true;
    // What the server keeps as it was typed is sent also while something in it is wrong.
    var refused = document.querySelector('.errors') && !document.querySelector('form[data-stored]');
    if (sent && answered && !refused && !document.querySelector('[data-failure], [action$="/login"]')) {
      sent.split('\n').forEach(function (name) { drafts.removeItem(name); });
    }
    drafts.removeItem('sent');
    all('[data-draft]').forEach(function (says) {
      var field = says.parentNode.querySelector('textarea');
      var write = function () { field.dispatchEvent(new Event('input')); };
      var typed = read(drafts, key(field));
      says.hidden = !typed || !!field.value;
      if (!says.hidden) { field.value = typed; write(); }
      var was = key(field), by = named(field);
      field.addEventListener('input', function () {
        try { drafts.setItem(key(field), JSON.stringify({ at: Date.now(), text: field.value })); } catch (e) { /* no room: the page still holds it */ }
      });
      // The words go with the number when that is put right.
      if (by) by.addEventListener('input', function () {
        var moved = drafts.getItem(was);
        drafts.removeItem(was);
        was = key(field);
        try { if (moved) drafts.setItem(was, moved); } catch (e) { /* no room */ }
      });
      says.querySelector('button').addEventListener('click', function () { field.value = ''; says.hidden = true; write(); field.focus(); });
    });
  }

  // Back to a form that was refused, or loading it anew, asks for its page and does not send it again; what was typed is still
  // there, without what is secret.
  var here = location.pathname + location.search;
  var fields = function (action) {
    var form = all('form').filter(function (form) { return form.method === 'post' && form.getAttribute('action') === action; })[0];
    return Array.prototype.filter.call(form ? form.elements : [], function (field) {
      return field.name && !/^(hidden|password|file|submit)$/.test(field.type) && field.autocomplete !== 'one-time-code' && !/identity/.test(field.name);
    });
  };
  var ticks = function (field) { return /^(checkbox|radio)$/.test(field.type); };
  var called = function (field) { return field.name + (ticks(field) ? '=' + field.value : ''); };
  if (tab) {
    var was = null;
    try { was = JSON.parse(tab.getItem('form')); } catch (e) { /* nothing was sent */ }
    tab.removeItem('form');
    if (was && document.querySelector('.errors')) {
      history.replaceState(null, '', was.at);
      var typed = {};
      fields(was.to).forEach(function (field) { typed[called(field)] = ticks(field) ? field.checked : field.value; });
      try { tab.setItem(was.key, JSON.stringify({ at: Date.now(), text: { to: was.to, typed: typed } })); } catch (e) { /* no room */ }
    } else {
      if (was) tab.removeItem(was.key);
      var before = read(tab, mine + 'back:' + here);
      if (before && way && /^(reload|back_forward)$/.test(way.type)) fields(before.to).forEach(function (field) {
        var value = before.typed[called(field)], more = field.closest('details');
        if (value === undefined || value === (ticks(field) ? field.checked : field.value)) return;
        if (ticks(field)) field.checked = value; else field.value = value;
        if (more) more.open = true;
        ['input', 'change'].forEach(function (name) { field.dispatchEvent(new Event(name, { bubbles: true })); });
      }); else tab.removeItem(mine + 'back:' + here);
    }
  }

  // What waits for a network: forms as they would have been sent, each with its key, so that twice counts once.
  var waiting = function () { try { return JSON.parse(store.getItem('outbox') || '[]'); } catch (e) { return []; } };
  // A page that offline.js shows from the phone carries the time at which it was kept.
  var kept = document.documentElement.getAttribute('data-kept');
  var note = document.querySelector('[data-waiting]');
  var tell = function (list) {
    if (!store) return;
    if (list.length) store.setItem('outbox', JSON.stringify(list)); else store.removeItem('outbox');
    if (!note) return;
    var words = note.querySelector('p');
    var refused = list.some(function (one) { return one.refused; });
    note.hidden = !list.length;
    words.textContent = !list.length ? '' : refused ? words.getAttribute('data-refused') : words.getAttribute('data-waits').replace('{n}', list.length);
  };
  var wait = function (form) {
    var fields = new URLSearchParams(new FormData(form));
    fields.append('device_at', new Date().toISOString());
    tell(waiting().concat([{ to: form.action, page: location.pathname, body: fields.toString() }]));
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
    all('[data-when-waiting]').forEach(function (part) {
      part.hidden = !waiting().some(function (one) { return one.page === location.pathname && !one.refused; });
    });
  };
  var sending = false;
  var pending = function (one) { return !one.refused; };
  var deliver = function () {
    var next = waiting().filter(pending)[0];
    if (!next || sending || !navigator.onLine) return;
    sending = true;
    fetch(next.to, { method: 'POST', body: new URLSearchParams(next.body) }).then(function (answer) {
      sending = false;
      // Signed out meanwhile, or the server cannot now: it goes on waiting.
      if (/\/login/.test(answer.url) || answer.status >= 500 || answer.status === 429) return;
      var list = waiting();
      var first = list.map(pending).indexOf(true);
      if (answer.ok) list.splice(first, 1); else list[first].refused = true;
      tell(list);
      if (!answer.ok) return;
      // The page of the same task tells what is so now.
      var of = next.page.replace(/\/(now|check-out)$/, '');
      if (!list.length && location.pathname.indexOf(of) === 0) location.reload(); else deliver();
    }).catch(function () { sending = false; });
  };
  if (store && window.fetch && window.URLSearchParams && note) {
    // A refused one has been told once this page was opened again.
    tell(waiting().filter(function (one) { return !one.refused || one.page !== location.pathname; }));
    window.addEventListener('online', deliver);
    // No browser says when a network that was there all along carries again.
    setInterval(deliver, 20000);
    goOn();
    deliver();
  }

  if (kept) {
    all('[data-kept-at]').forEach(function (part) {
      var words = part.querySelector('p');
      // In the city's time, like every other time on the page, wherever the phone is set to.
      var at = new Date(new Date(kept).getTime() + words.getAttribute('data-ahead') * 60000);
      var how = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' };
      words.textContent = words.getAttribute('data-words').replace('{time}', at.toLocaleTimeString(document.documentElement.lang, how));
      part.hidden = false;
    });
    // What cannot wait is not offered.
    all('form:not([data-outbox])').forEach(function (form) { form.hidden = true; });
  }

  var working = 0;
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (form.method !== 'post') return;
    if (form.getAttribute('data-sent') || working > 0) { event.preventDefault(); return; }
    if (note && store && window.fetch && form.hasAttribute('data-outbox')) {
      event.preventDefault();
      form.setAttribute('data-sent', '1');
      if (kept || !navigator.onLine) wait(form);
      else reached().then(function () { form.submit(); }, function () { wait(form); });
      return;
    }
    // Whoever signs in next on this phone says for themselves what it keeps.
    if (/\/logout$/.test(form.action)) { forget(true); if (store) store.removeItem('offline'); }
    form.setAttribute('data-sent', '1');
    all('button').forEach(function (button) { if (button.form === form) button.setAttribute('aria-disabled', 'true'); });
    var names = Array.prototype.slice.call(form.querySelectorAll('textarea')).map(key).join('\n');
    try { if (names) drafts.setItem('sent', names); } catch (e) { /* kept a day instead */ }
    var at = location.pathname + location.search;
    try { tab.setItem('form', JSON.stringify({ key: mine + 'back:' + at, at: at, to: form.getAttribute('action') })); } catch (e) { /* asked to send it again */ }
  });
  // Back from the next page, or after a lost connection, the form can be sent again; its key makes twice count once.
  var again = function () {
    all('form[data-sent]').forEach(function (form) { form.removeAttribute('data-sent'); });
    all('button[aria-disabled]').forEach(function (button) { button.removeAttribute('aria-disabled'); });
  };
  window.addEventListener('pageshow', again);
  window.addEventListener('online', again);
  setInterval(again, 20000);

  // Photos: at most 1600 pixels and JPEG, which is what a report needs and a village network carries.
  var smaller = function (file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 400000) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: 'from-image' }).then(function (image) {
      var scale = Math.min(1, 1600 / Math.max(image.width, image.height));
      var canvas = document.createElement('canvas');
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) {
        canvas.toBlob(function (blob) {
          if (!blob || blob.size >= file.size) { done(file); return; }
          done(new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg' }));
        }, 'image/jpeg', 0.82);
      });
    }).catch(function () { return file; });
  };
  if (window.createImageBitmap && window.DataTransfer) {
    all('input[type=file][data-shrink]').forEach(function (input) {
      input.addEventListener('change', function () {
        working += 1;
        Promise.all(Array.prototype.map.call(input.files, smaller)).then(function (files) {
          var list = new DataTransfer();
          files.forEach(function (file) { list.items.add(file); });
          input.files = list.files;
        }).catch(function () { /* sent as they are */ }).then(function () { working -= 1; });
      });
    });
  }

  // Where the device stands: only when asked, never needed.
  if (navigator.geolocation && window.isSecureContext) all('[data-here]').forEach(function (part) {
    var field = document.getElementById(part.getAttribute('data-here'));
    var button = part.querySelector('button');
    var said = part.querySelector('[role=status]');
    if (!field) return;
    var show = function (key) {
      if (key) said.textContent = said.getAttribute('data-' + key);
      button.querySelector('span').textContent = button.getAttribute(field.value ? 'data-remove' : 'data-add');
    };
    part.hidden = false;
    show(field.value ? 'added' : '');
    button.addEventListener('click', function () {
      if (field.value) { field.value = ''; said.textContent = ''; show(''); return; }
      show('busy');
      navigator.geolocation.getCurrentPosition(function (at) {
        field.value = at.coords.latitude.toFixed(5) + ',' + at.coords.longitude.toFixed(5);
        show('added');
      }, function () { show('failed'); }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
    });
  });
})();
