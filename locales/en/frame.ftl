# The frame of every page, failure pages, and the refusals that the frame itself makes.

frame-skip = Skip to main content
frame-run-by = Run by { $who }
frame-hotline = Hotline
frame-genuine = How to tell it is genuine
frame-genuine-text = This site is run by { $who } and free of charge. We never phone you to ask for a sign-in code, a password or a bank card number. If in doubt, call the hotline on { $number }.
frame-tools = Reading options and sign-in
frame-normal-size = Standard edition
frame-large-size = Large type
frame-other-language = 中文
frame-contrast = High contrast
frame-normal-colours = Normal colours
frame-sign-in = Sign in
frame-navigation = Main navigation
frame-call-110 = 110 police
frame-call-119 = 119 fire
frame-call-120 = 120 ambulance
frame-demo = Demonstration data
frame-demo-text = The people and events on this site are invented.
frame-back = Back
frame-crumbs = You are here
frame-errors = { $count ->
    [one] One thing needs correcting
   *[other] { $count } things need correcting
}
frame-refused = It was not done
frame-error-title = Error:{ " " }
frame-keys = Keys
frame-how = How this works
frame-help = Questions? Call
frame-outbox = { $count } waiting to be sent, as soon as there is a network. The time is kept as of now; do not press again.
frame-outbox-refused = Not taken: { $what } (pressed { $time }). { $why } Please enter it again, or call and staff will do it for you: give the time that stands here.
frame-kept-at = There is no network now. This is what was kept at { $time }.
frame-print-hint = Use your browser’s “Print” to print this page.
frame-sheet-foot = { $who } · Hotline { $number } · printed { $date }

failure-home = Go to the home page
failure-call = Call { $number }
failure-wait = { $minutes ->
    [one] Please try again in a minute.
   *[other] Please try again in { $minutes } minutes.
}
failure-reference = Please give this number to our staff:

failure-400-title = We could not understand this request
failure-400-text = The address or the content is incomplete. Please start again from the home page, or call us and our staff will do it for you.
failure-401-title = Please sign in first
failure-401-text = You can go on once you are signed in. If no code reaches your phone, you can also call us.
failure-403-title = This step is not yours to take
failure-403-text = Someone else is in charge of this step. If you think it should be you, please call us.
failure-stale-form-title = This page was too old: nothing was sent
failure-stale-form-text = Go back with your browser: what you wrote is most likely still there. Copy it before you reload. Or ring us, and we fill it in for you.
failure-404-title = We could not find this page
failure-404-text = The address may be mistyped, or the page is not open to you. Please look for it from the home page, or call us.
failure-405-title = This step cannot be opened like this
failure-405-text = Please start from the home page and use the buttons on the page.
failure-409-title = Someone else changed this first
failure-409-text = Your text has not overwritten theirs. Please go back, look at what is new, and change it again.
failure-410-title = This page has been withdrawn
failure-410-text = Its notice period is over or it was taken back. To find out more, please call us.
failure-413-title = That is too large
failure-413-text = Please go back and remove some photos or choose smaller ones. You can also call us and our staff will fill it in.
failure-415-title = We cannot accept this format
failure-415-text = Please use the form on the page, or call us.
failure-422-title = That is not possible
failure-422-text = Please go back and change it. If it is unclear how, please call us.
failure-429-title = Too many requests
failure-429-text = So that the service works for everyone, please wait a little. If it is urgent, please call.
failure-500-title = Something went wrong on our side
failure-500-text = It is our fault, not yours, and we have a record of it. If it is urgent, please call.
failure-503-title = The service is busy
failure-503-text = Not possible just now. If you were submitting something, go back in a little while and submit it again: it counts once. If it is urgent, please call.

# For programs: they have no pages and no buttons.
problem-400-title = This request cannot be read
problem-400-detail = The address or the content is wrong. Please compare it with /api/openapi.json.
problem-401-title = There is no token, or it does not hold
problem-401-detail = Please send Authorization with Bearer and a token. An administrator issues it; its owner sees it at /me/tokens.
problem-403-title = This step may not be taken
problem-403-detail = Whose token it is has no duty to do this. GET /api/v1/me says what they may do.
problem-404-title = Not found
problem-404-detail = There is no such address or number, or whose token it is may not see it. Please check the address.
problem-405-title = This address does not take this method
problem-405-detail = Please use a method that Allow names, or compare /api/openapi.json.
problem-409-title = Somebody else changed it first
problem-409-detail = Please read it again as it stands now, and decide whether to change it.
problem-410-title = Withdrawn
problem-410-detail = Its notice period is over or it was taken back; there is nothing more to read.
problem-413-title = Too large
problem-413-detail = Please send it in parts; photos and tables have calls of their own.
problem-415-title = This format is not taken
problem-415-detail = Please send the Content-Type that /api/openapi.json names for this call.
problem-422-title = Not possible like this
problem-422-detail = Please mend what code and field name, and send it again.
problem-429-title = Too many requests
problem-429-detail = Please wait as many seconds as Retry-After says.
problem-500-title = Something went wrong on our side
problem-500-detail = It is not your fault, and we have a record of it. Please tell an administrator the reference.
problem-503-title = The service is busy
problem-503-detail = Please wait as many seconds as Retry-After says, and send it again with the same Idempotency-Key: it counts once.

refusal-bad-cursor = That page position is not valid. Please start again from the first page.
refusal-broken-form = The form did not arrive whole. Please go back and submit it again.
refusal-form-too-large = The text or the photos are larger than can be submitted at once.
refusal-not-a-form = Please use the form on the page.
refusal-stale-form = This page was open for too long or your sign-in changed, so nothing was submitted. Please go back, reload the page and submit it again.

# Parts of forms and lists.

frame-optional = (optional)
frame-count-max = Up to { $count } characters
frame-draft = This is what you typed here before and did not send. It is kept on this device only.
frame-draft-away = Clear
frame-count-left = { $count } characters left
frame-count-over = { $count } characters too many
frame-change = Change
frame-number-ends = number ending in { $end }
frame-listen = Listen
frame-listen-stop = Stop
frame-pages = Pages
frame-first-page = First page
frame-past-end = Nothing on this page: the list ends before it.
frame-next-page = Next page
frame-page-number = Page { $number }
frame-not-done-title = Not done:{ " " }
frame-outbox-drop = I have seen to it; show it no more
frame-outbox-sent = The network is back: { $count } kept on this phone were sent.
