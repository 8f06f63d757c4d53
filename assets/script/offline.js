// Keeps the pages of a volunteer's task on their phone, so that they can be read where there is no network. It is registered
// only when its owner asks for it. A page stays for as long as it says: with address and telephone until the task ends. Signing
// in or out, or a page that is theirs no longer, throws it away.
(function () {
  'use strict';
  var KEPT = 'helin-kept';
  var FILES = 'helin-files';
  // As long as a page may take while a copy of it lies here.
  var PATIENCE = 6000;

  self.addEventListener('install', function () { self.skipWaiting(); });
  self.addEventListener('activate', function (event) { event.waitUntil(self.clients.claim()); });

  var clear = function () { return Promise.all([caches.delete(KEPT), caches.delete(FILES)]); };
  var header = function (copy, name) { return copy.headers.get(name) || ''; };

  // What is over is thrown away before anything is looked for.
  var open = function () {
    return caches.open(KEPT).then(function (cache) {
      return cache.keys().then(function (keys) {
        return Promise.all(keys.map(function (key) {
          return cache.match(key).then(function (copy) { return Number(header(copy, 'x-until')) < Date.now() ? cache.delete(key) : false; });
        }));
      }).then(function () { return cache; });
    });
  };

  // The style, script and pictures that a page names; their names change with their content.
  var files = function (text) {
    var names = (text.match(/\/assets\/[\w.\/-]+/g) || []).filter(function (name, at, all) { return all.indexOf(name) === at; });
    return caches.open(FILES).then(function (cache) {
      return Promise.all(names.map(function (name) {
        return cache.match(name).then(function (there) { return there || cache.add(name); });
      }));
    });
  };

  var put = function (path, answer, until, title) {
    return open().then(function (cache) {
      // Only what the page itself answers: not the way to sign in, not a refusal.
      if (!answer.ok || answer.redirected) return cache.delete(path).then(function () { throw new Error('not kept'); });
      var headers = { 'content-type': 'text/html; charset=utf-8', 'x-until': String(until), 'x-title': title, 'x-kept': new Date().toISOString() };
      headers['content-security-policy'] = header(answer, 'content-security-policy');
      return answer.text().then(function (text) {
        return Promise.all([cache.put(path, new Response(text, { headers: headers })), files(text)]);
      });
    });
  };
  var keep = function (path, until, title) {
    return fetch(path, { credentials: 'same-origin', redirect: 'manual' }).then(function (answer) { return put(path, answer, until, title); });
  };

  self.addEventListener('message', function (event) {
    var asked = event.data, port = event.ports[0];
    var done = asked.drop ? clear() : Promise.all(asked.pages.map(function (page) { return keep(page[0], page[1], asked.title); }));
    event.waitUntil(done.then(function () { port.postMessage(true); }, function () { port.postMessage(false); }));
  });

  // The copy, saying since when it lies here: its page draws that.
  var shown = function (copy) {
    return copy.text().then(function (text) {
      var headers = new Headers(copy.headers);
      return new Response(text.replace('<html ', '<html data-kept="' + header(copy, 'x-kept') + '" '), { headers: headers });
    });
  };
  var soon = function (asked) {
    return new Promise(function (done, failed) {
      setTimeout(function () { failed(new Error('too slow')); }, PATIENCE);
      asked.then(done, failed);
    });
  };
  var twin = function (path) { return /^\/en(\/|$)/.test(path) ? path.slice(3) || '/' : '/en' + path; };
  var beside = function (path, to) { return /^\/en(\/|$)/.test(path) ? '/en' + to : to; };
  var first = function (cache, paths) {
    return paths.reduce(function (found, path) {
      return found.then(function (copy) { return copy || cache.match(path); });
    }, Promise.resolve(undefined));
  };
  var page = function (event, path) {
    return open().then(function (cache) {
      return cache.match(path).then(function (copy) {
        var asked = fetch(event.request);
        return (copy ? soon(asked) : asked).then(function (answer) {
          if (copy && answer.status < 500) {
            var renewed = put(path, answer.clone(), header(copy, 'x-until'), header(copy, 'x-title')).catch(function () { /* gone, as it should be */ });
            event.waitUntil(renewed);
          }
          return answer;
        }, function (error) {
          if (copy) return shown(copy);
          // What was kept in one language is there for whoever asks in the other.
          return first(cache, [twin(path), beside(path, '/me/offline'), twin(beside(path, '/me/offline'))]).then(function (other) {
            if (!other) throw error;
            return shown(other);
          });
        });
      });
    });
  };

  self.addEventListener('fetch', function (event) {
    var request = event.request, url = new URL(request.url);
    if (url.origin !== self.location.origin) return;
    if (request.method === 'POST') {
      if (/^(\/en)?\/(login|logout)(\/|$)/.test(url.pathname)) event.waitUntil(clear());
    } else if (request.method === 'GET' && request.mode === 'navigate') {
      event.respondWith(page(event, url.pathname));
    } else if (request.method === 'GET' && url.pathname.indexOf('/assets/') === 0) {
      event.respondWith(caches.match(url.pathname).then(function (file) { return file || fetch(request); }));
    }
  });
})();
