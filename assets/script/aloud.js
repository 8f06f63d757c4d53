// Reading aloud, only where a Chinese or English voice for the page is there. Everything works without this file.
(function () {
  'use strict';
  var speech = window.speechSynthesis;
  var lang = document.documentElement.lang.slice(0, 2);
  var offer = function () {
    var voice = speech.getVoices().filter(function (v) { return v.lang.slice(0, 2) === lang; })[0];
    if (!voice) return;
    Array.prototype.forEach.call(document.querySelectorAll('[data-read]'), function (button) {
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
