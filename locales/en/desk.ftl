# The desk and the inbox: pages for staff.

desk-title = Desk
desk-queue = What waits
desk-late-count = { $count } overdue
desk-phase-review = To triage
desk-phase-dispatch = To dispatch
desk-phase-doing = Under way
desk-phase-confirm = To confirm
desk-phase-call-back = To call back
desk-to-confirm = Service records to confirm
desk-filter = Filter
desk-filter-kind = Kind
desk-filter-level = Urgency
desk-filter-place = Place
desk-filter-all = All
desk-filter-mine = My places
desk-number-title = Find by number
desk-number-hint = 10 letters and digits; closed matters are found as well
desk-number-do = Open
desk-column-matter = Matter
desk-column-clock = Clock
desk-column-handler = With
desk-column-source = Source
desk-column-look = Look
desk-look = Look
desk-nobody-yet = Nobody
desk-holder-volunteer = { $name }, volunteer
desk-open = Open it
desk-empty = Nothing waits here now.
desk-empty-last = Nothing waits here now. The last one was answered at { $when }.
desk-flag-private = Private
desk-flag-reopened = Reopened
desk-channel-web = Web
desk-channel-api = API
desk-channel-phone = Phone
desk-channel-paper = Paper
desk-channel-desk = Counter
desk-channel-import = Import
desk-channel-job = System
desk-channel-simulator = Demo
desk-channel-command-line = Command line

desk-what = What it is
desk-row-place = Place
desk-row-raised = Came in
desk-row-type = Type
desk-row-way = Way of service
desk-row-risks = At the door
desk-row-handler = With
desk-row-department = Department
desk-row-next-word = Next word
desk-row-pause = Clocks paused
desk-row-ended = Result
desk-row-merged-into = Merged into
desk-row-merged-from = Merged into this
desk-raised-by-way = { $when }, { $channel }
desk-paused-until = { $rule }, until { $when } at the latest
desk-ended = { $outcome }, { $when }
desk-closed = Closed
desk-due-resident = Promised
desk-due-step = This step
desk-field-sealed = Sealed
desk-protected-hint = Name, phone, address and the like are sealed. Opening them writes down who looked and when; the person can see it.
desk-protected-open = Open what is sealed
desk-photo = Photo { $number }
desk-photo-hint = Photos may show faces and number plates. Please do not pass them on.
desk-yes = Yes
desk-no = No
desk-when-now = Now
desk-when-today = Today
desk-when-morning = morning
desk-when-afternoon = afternoon
desk-when-evening = evening

desk-do = What to do
desk-do-nothing = This step is not yours to answer; you can follow it.
desk-to-assign = Find people, see tasks
desk-to-tasks = Tasks cut from it
desk-do-answer = Answer
desk-do-part = Answer your department's part
desk-do-note = Add a note
desk-do-next-word = Promise the next word
desk-do-handler = Give to a colleague
desk-do-reroute = Hand elsewhere
desk-do-pause = Pause the clocks
desk-do-resume = Let the clocks run
desk-do-private = Mark private
desk-do-merge = Merge into another
desk-do-reopen = Open again
desk-do-ask-reply = Hear whom it is about
desk-do-reply = Write down their answer
desk-replies = Whom it is about
desk-reply-asked-on = Asked { $when }
desk-reply-given = Answered { $when }
desk-reply-waits = Waiting for an answer until { $when }
desk-reply-sheet = Print the notice
desk-reply-name = Whom it is about
desk-reply-name-hint = A shop or a name; only those who handle it see it
desk-reply-phone = Their mobile number
desk-reply-phone-hint = Whoever is registered gets a message and can answer online; for others print the notice, or ring
desk-reply-told = What they are told
desk-reply-told-hint = Facts only. Not who reported it, and nothing that shows who it was
desk-reply-words = What they say
desk-reply-words-hint = In their own words; read it back to them
desk-event-ask-reply = Asked whom it is about
desk-event-replied = Whom it is about has answered
desk-saved = Saved.
desk-choose = Choose one
desk-level = Urgency
desk-type = Type
desk-way = Way of service
desk-way-hint = Choose one; it is needed
desk-risks = To mind at the door
desk-departments = Which departments together
desk-department = Which department
desk-handler = Which colleague
desk-reason = Reason
desk-told-hint = Whoever asked reads this on their own page
desk-reason-lowering = Needed when you lower the urgency; whoever asked reads it on their own page
desk-result = What was done, with what result
desk-owner = Whose it is
desk-owner-hint = Name and phone, so that the person knows where to go
desk-basis = Basis
desk-basis-hint = Which law or rule, which article; whoever asked reads it
desk-head = Name of the head
desk-next-word = When the person hears from us next
desk-note = Note
desk-note-hint = It stays in the history, and staff who work on the matter read it: no illness, no identity number, no door number
desk-note-tells = Whoever asked may read it too
desk-note-tells-hint = Not ticked: staff alone. Ticked: it stands on their own page
desk-place = To which place
desk-place-hint = Its name, such as “园艺街道 黄楼社区”; the code works too
desk-pause-rule = On what ground
desk-merge-into = Into which matter
desk-merge-hint = Its number, or choose from the list
desk-merge-look = Look at both side by side first
desk-merge-title = Before merging: are they the same?
desk-merge-lead = Merging closes the one on the left; whoever asked for it follows the one on the right and hears of its progress. It cannot be undone.
desk-merge-this = This one: merging closes it
desk-merge-other = The other: goes on
desk-merge-step = Now
desk-merge-same = Both are for the same person.
desk-merge-two = They are not for the same person, or one of the two is not registered. What each asks for is normally handled separately.
desk-merge-two-tick = I have checked: both people mean the same service
desk-merge-reason = Why they are one
desk-merge-reason-hint = Read by staff alone, for example “a couple going to hospital together; both said so on the telephone”
desk-merge-do = Merge
desk-merge-not = Do not merge: back to this one
desk-private-hint = Then only those who handle it see it, and only the person can lift that.
desk-part-answer = What your department says
desk-part-said = Explanation
desk-part-basis-hint = Needed to refuse: which law or rule, which article
desk-part-waiting = awaiting an answer
desk-part-agreed = agrees
desk-part-refused = refuses
desk-part-called-off = no longer needed
desk-similar = Perhaps the same
desk-timeline = History
desk-by-system = System
desk-for-someone = { $who }, for { $whom }

desk-changed = Somebody else changed it first
desk-changed-since = What they changed
desk-changed-typed = What you wrote
desk-changed-again = All you wrote is in the form below. Look, and send it again if you still want to.
desk-changed-gone = “{ $act }” can no longer be done. What you wrote stands above and was not saved: copy what is still of use to where it belongs.

desk-event-answered = Answered
desk-event-raised = Came in
desk-event-closed = Closed: { $outcome }
desk-event-level-set = Urgency changed from “{ $from }” to “{ $to }”
desk-event-assigned = Given to { $who }
desk-event-handed-over = Handed to { $who }
desk-event-part-asked = { $who } was asked
desk-event-part-called-off = { $who } need not answer any more
desk-event-part-answered = { $who } { $state }
desk-event-paused = Clocks paused: { $rule }
desk-event-resumed = Clocks run again
desk-event-rated = The person says: { $solved ->
    [yes] solved
   *[no] not solved
}, rated { $rating } of 5
desk-event-rated-solved = The person says: { $solved ->
    [yes] solved
   *[no] not solved
}
desk-event-next-word-set = Next word promised for { $when }
desk-event-next-word-missed = The promised word was not given
desk-event-private-set = { $private ->
    [yes] Marked private
   *[no] No longer private
}
desk-event-escalated = Overdue: the { $role } was told
desk-event-reminded = Nearly due: reminded
desk-event-clock-unset = The calendar is not loaded, so there is no end yet
desk-event-merged = Merged with another
desk-event-noted = Note
desk-event-noted-told = Note that whoever asked reads too
desk-event-rerouted = Handed elsewhere
desk-event-reopen-asked = Asked to open it again
desk-event-reopened = Opened again
desk-event-withdrawn = Taken back by the person
desk-event-followed = Somebody else has the same
desk-event-unfollowed = Somebody follows it no more
desk-event-photo-added = Photo added
desk-event-told = The volunteer told how it was
desk-event-look-wanted = The volunteer thinks that a social worker should look in
desk-event-nobody-came = Nobody signed in: please ring and clarify
desk-event-cut-short = Who came left again at once, too soon for a record: please ring and clarify
desk-event-other = Something new

desk-role-resident = resident
desk-role-volunteer = volunteer
desk-role-team-leader = team leader
desk-role-social-worker = social worker
desk-role-community-worker = community worker
desk-role-grid-member = grid member
desk-role-call-taker = call-taker
desk-role-department-clerk = department clerk
desk-role-inspector = inspector
desk-role-county-official = county official
desk-role-administrator = administrator
desk-role-auditor = auditor

desk-handling-title = Inbox
desk-handling-empty = Nothing waits for you now. Thank you.
desk-handling-mine = Waiting for me
desk-handling-department = My department's

refusal-merge-code-unknown = No matter has this number. Please check it.
refusal-time-unreadable = Choose a day and a time, such as 2026-06-09 10:00.

# A photo
desk-photo-title = Cover and release a photo
desk-photo-lead = Those who handle it and whoever took the photo always see it as it was taken; others who may see the matter see it covered only. What is covered becomes one colour and cannot be brought back.
desk-photo-scrolls = On a narrow screen the photo is wider than the screen: scroll sideways and look at the squares on the right too.
desk-photo-squares = Choose the squares with faces, number plates and door numbers
desk-photo-alt = The photo as it was taken
desk-photo-square = Row { $row }, column { $column }
desk-photo-nothing = There is no face, number plate or door number to cover
desk-photo-release = Release the photo
desk-photo-withhold = Take it back
desk-photo-is-released = Others see it covered now. Taken back, only those who handle it and who took it see it.
desk-photo-released = Others see the photo now, and nothing of what is covered.
desk-photo-withheld = The photo was taken back.
desk-photo-cover = Cover and release
desk-photo-open = Released
desk-photo-closed = Handlers and who took it only
desk-event-photo-released = Released a photo
desk-event-photo-withheld = Took a photo back
desk-note-photos = Photos
desk-note-photos-hint = Repaired? Show it: whoever reported sees the photo once it is released

desk-refresh = Refresh
desk-fresh = { $count ->
    [one] One new matter: refresh
   *[other] { $count } new matters: refresh
}
desk-fresh-urgent = { $count ->
    [one] One new matter, urgent: refresh
   *[other] { $count } new matters, { $urgent } of them urgent: refresh
}
desk-keys-title = Keys
desk-keys-lead = One key does one thing. Each has a link to press as well.
desk-keys-are-on = On
desk-keys-are-off = Off
desk-keys-down = One row down the list
desk-keys-up = One row up the list
desk-keys-open = Opens this row
desk-keys-assign = On the page of a matter: who will go; before triage, dispatch to volunteers
desk-keys-note = On the page of a matter: a note; once more for the field to write in
desk-keys-search = To the first field of the filter or search
desk-keys-list = This list
desk-keys-never = Nothing happens while you are in a field, or hold Ctrl, Alt or the like.
desk-keys-off = Switch the keys off
desk-keys-on = Switch the keys on
desk-keys-kept = Kept on this device for a year.
