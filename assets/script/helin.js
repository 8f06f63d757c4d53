// Everything works without this file. It counts characters, adds where a device stands when its owner says so, keeps a
// text until it is accepted, makes photos smaller before they are sent, sends a form once, lets signing in and out of a
// service wait for a network, and reads aloud where the device has a voice.
(function () {
  'use strict';
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var store = (function () { try { localStorage.setItem('t', ''); localStorage.removeItem('t'); return localStorage; } catch (e) { return null; } })();
  var DAY = 24 * 60 * 60 * 1000;

  // After a refused form, the summary of what is wrong comes first.
  all('[data-focus]').forEach(function (summary) { summary.focus(); });

  all('[data-count-for]').forEach(function (count) {
    var field = document.getElementById(count.getAttribute('data-count-for'));
    if (!field) return;
    var max = Number(field.getAttribute('data-max'));
    var show = function () {
      // The server counts characters, not UTF-16 units.
      var left = max - Array.from(field.value).length;
      var words = count.getAttribute(left < 0 ? 'data-over' : 'data-left');
      count.textContent = words.replace('{n}', Math.abs(left));
      count.classList.toggle('over', left < 0);
    };
    field.addEventListener('input', show);
    show();
  });

  // A kept text lives one day, so that it does not stay on a phone that is shared.
  var key = function (field) { return 'keep:' + field.getAttribute('data-keep'); };
  if (store) {
    // The answer to a form is a page that was led to, and not to sign in; whoever comes by themselves lost the network.
    var sent = store.getItem('sent');
    var way = performance.getEntriesByType ? performance.getEntriesByType('navigation')[0] : null;
    var answered = way ? way.redirectCount > 0 : true;
    if (sent && answered && !document.querySelector('.errors, [data-failure], [action$="/login"]')) {
      sent.split('\n').forEach(function (name) { store.removeItem(name); });
    }
    store.removeItem('sent');
    all('[data-keep]').forEach(function (field) {
      try {
        var kept = JSON.parse(store.getItem(key(field)) || 'null');
        if (kept && Date.now() - kept.at > DAY) { store.removeItem(key(field)); kept = null; }
        if (kept && !field.value) { field.value = kept.text; field.dispatchEvent(new Event('input')); }
      } catch (e) { store.removeItem(key(field)); }
      field.addEventListener('input', function () {
        try { store.setItem(key(field), JSON.stringify({ at: Date.now(), text: field.value })); } catch (e) { /* no room: the page still holds it */ }
      });
    });
  }

  // What waits for a network: forms as they would have been sent, each with its key, so that twice counts once.
  var waiting = function () { try { return JSON.parse(store.getItem('outbox') || '[]'); } catch (e) { return []; } };
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
      if (next.page === location.pathname && !list.length) location.reload(); else deliver();
    }).catch(function () { sending = false; });
  };
  if (store && window.fetch && window.URLSearchParams && note) {
    // A refused one has been told once this page was opened again.
    tell(waiting().filter(function (one) { return !one.refused || one.page !== location.pathname; }));
    window.addEventListener('online', deliver);
    deliver();
  }

  var working = 0;
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (form.method !== 'post') return;
    if (form.getAttribute('data-sent') || working > 0) { event.preventDefault(); return; }
    if (note && store && form.hasAttribute('data-outbox') && !navigator.onLine) { event.preventDefault(); wait(form); form.setAttribute('data-sent', '1'); return; }
    form.setAttribute('data-sent', '1');
    all('button').forEach(function (button) { if (button.form === form) button.setAttribute('aria-disabled', 'true'); });
    if (store) {
      var kept = Array.prototype.slice.call(form.querySelectorAll('[data-keep]')).map(key).join('\n');
      try { if (kept) store.setItem('sent', kept); } catch (e) { /* kept a day instead */ }
    }
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

  // Reading aloud, only where a Chinese or English voice for the page is there.
  var speech = window.speechSynthesis;
  var lang = document.documentElement.lang.slice(0, 2);
  var offer = function () {
    var voice = speech.getVoices().filter(function (v) { return v.lang.slice(0, 2) === lang; })[0];
    if (!voice) return;
    all('[data-read]').forEach(function (button) {
      if (!button.hidden) return;
      var target = document.getElementById(button.getAttribute('data-read'));
      var words = button.querySelector('span');
      var listen = words.textContent;
      var rest = function () { words.textContent = listen; };
      button.hidden = !target;
      button.addEventListener('click', function () {
        if (speech.speaking) { speech.cancel(); rest(); return; }
        var text = new SpeechSynthesisUtterance(target.textContent);
        text.voice = voice;
        text.lang = voice.lang;
        text.onend = text.onerror = rest;
        words.textContent = button.getAttribute('data-stop');
        speech.speak(text);
      });
    });
  };
  if (speech && window.SpeechSynthesisUtterance) {
    offer();
    speech.onvoiceschanged = offer;
  }
})();
