# Matters: what is said when a rule does not allow something. First what is the matter, then what to do.

refusal-already-paused = The clocks are paused already.
refusal-answer-not-possible = This cannot be answered at this step. { $count ->
    [0] It waits for what others say, and nothing is chosen here.
   *[other] Possible now: { $possible_en }.
}
refusal-answer-somebody-comes = Somebody has accepted: { $names }. So it is not that nobody can come. If they are not to come, please cancel the task first; they are told.
refusal-answer-before-wanted = This is wanted for { $day }, and that day has not come. If it was done early, please say so.
refusal-answer-requires = { $field ->
    [reason] Please give the reason.
    [owner] Please say whose it is, so that the person knows whom to ask.
    [basis] Please name the law or rule and its article.
    [level] Please choose how urgent it is.
    [type] Please choose the type.
    [way] Please choose the way of service.
    [next_word_at] Please say when the person hears from us next.
    [departments] Please choose the department.
    [handler] Please choose the member of staff who takes it.
    [result] Please say what was done and with what result.
    [head] Please name the head who stands for this.
    [heard] Please write down whom you asked and what they said.
   *[other] One thing is missing: { $field }. Please add it and send again.
}
refusal-assign-close = Whoever is close to the person concerned (they themselves, relatives, housemates, those who act for them) does not handle it. Please give it to another colleague.
refusal-assign-not-staff = It can only be given to staff who answer this step. Volunteers are invited to a task.
refusal-assign-other-unit = A department has this matter, so only one of its own clerks can be given it. To have another department, hand it on.
refusal-calendar-year-not-loaded = The working days of { $year } are not loaded, so no term can be computed. Please ask the administrator to import them.
refusal-call-back-by-handler = You handled this matter; please let a colleague ring.
refusal-date-out-of-range = This date cannot be computed with; please check it.
refusal-departments-missing = Please choose at least one department for the review.
refusal-field-no-such-option = “{ $label_en }” has no such option; please choose one of the list.
refusal-field-not-a-credit-code = “{ $label_en }” has 18 digits and letters; please check it.
refusal-field-not-a-date = “{ $label_en }” is not a date; please write it as 2026-11-25.
refusal-field-not-a-time = “{ $label_en }” is not written like this. Please use one of these: { $allowed }.
refusal-field-day-far = The day given for “{ $label_en }” is too far ahead; please check the year and choose a day up to { $latest }.
refusal-field-day-past = The day given for “{ $label_en }” has passed; please choose today or a later day, or say that it is needed now.
refusal-field-part-over = The { $part ->
    [morning] morning
    [afternoon] afternoon
   *[evening] evening
} of today, given for “{ $label_en }”, is over; please choose a later part of today or another day, or say that it is needed now.
refusal-field-not-a-number = “{ $label_en }” takes a number.
refusal-field-not-a-point = “{ $label_en }” is written as 35.24120,115.44310, or left out.
refusal-field-not-a-phone = “{ $label_en }” is no telephone number; please give an 11-digit mobile number or a landline with its area code, such as 0530-5551234.
refusal-field-out-of-range = “{ $label_en }” takes a number from 0 to { $max }.
refusal-field-required = Please fill in “{ $label_en }”.
refusal-field-too-many = “{ $label_en }” takes { $max } at most; please take some away.
refusal-field-unknown = There is no “{ $field }” here; please leave it out. There are: { $known }.
refusal-follow-already = You follow this one already; you will hear of its progress.
refusal-follow-none = You do not follow this one, so there is nothing to stop.
refusal-follow-own = This is your own matter; you will hear of its progress.
refusal-follow-party = You were asked what you say to this matter and will hear how it ends; there is no need to follow it.
refusal-follow-private = This one cannot be followed. Please send your own; it will be handled for you.
refusal-kind-closed = “{ $kind_en }” is not taken in any more. Please choose another kind, or ring the hotline.
refusal-level-unknown = There is no level “{ $level }”; please choose again.
refusal-level-by-staff = How urgent it is follows from what the form says; only staff who write it down for somebody set it. Please leave “level” out.
refusal-channel-by-staff = By which way it came is said only by staff who write it down for somebody (for_someone is true). Please leave “channel” out.
refusal-occurred-by-staff = When it happened is said only by staff who write it down for somebody (for_someone is true). Please leave “occurred_at” out.
refusal-occurred-too-long-ago = It cannot have happened before { $earliest }. Please check the year; of something older, leave the time out and say in the words when it was.
refusal-matter-place-wide = This place is too wide to know whose staff look at it. Please choose a village, a community or a grid in it.
refusal-photo-kind = Matters of this kind take no photos.
refusal-photos-most = Everybody adds { $most } photos to a matter at most, with those added before. Please leave out what is more.
refusal-lowering-needs-reason = Please give a reason for lowering the urgency.
refusal-matter-close = You are close to the person concerned (you are they, a relative or housemate, or act for them), so you neither decide on this matter nor enter for them how it was. Please leave it to a colleague, for example: { $names }.
refusal-matter-close-alone = You are close to the person concerned (you are they, a relative or housemate, or act for them), so you neither decide on this matter nor enter for them how it was. No colleague has this step now: ask the administrator to appoint somebody; what is not done yet can also be handed on to another place.
refusal-matter-closed = This matter is closed. If it is not solved, it can be opened again as long as the days for that last; after them, please send a new one.
refusal-merge-into-closed = The other matter is closed; please choose one that is open.
refusal-merge-into-served = The other matter is done already and only waits for their word. Handle what is asked for anew by itself; if they are not content with the other, enter that there.
refusal-merge-itself = A matter cannot be merged with itself; please choose another.
refusal-merge-not-offered = This kind of matter cannot be merged; please handle them one by one.
refusal-merge-other-kind = The two are not of the same kind; please handle them one by one.
refusal-merge-private = One of the two is private, and merging would show its people to each other; please handle them one by one.
refusal-merge-two-people = The two are not for the same person and cannot simply be merged. If you have checked that they are one, please tick that and say why; otherwise please handle them one by one.
refusal-needs-triage = This matter is not triaged yet; please triage it first.
refusal-next-word-in-the-past = That time has passed; please choose a later one.
refusal-next-word-far = This day is too far ahead; please check the year and choose one up to { $latest }. Another can be set then.
refusal-not-at-review = This matter has been triaged; please look where it stands now.
refusal-not-closed = This matter is still open; you can add a remark to it.
refusal-not-joint = This step is no joint review; please look where it stands now.
refusal-not-paused = The clocks are not paused; they are running.
refusal-note-empty = Please write something first.
refusal-urge-not-late = It is not overdue yet.
refusal-urge-rests = It waits for the word of whoever asked; there is nobody on staff to urge.
refusal-urge-again = It was urged in the last 24 hours. Wait a little, or ring them.
refusal-urge-nobody = There is nobody whose turn it is. Hand it on, or ring the place.
refusal-nothing-to-rate = There is no service to rate at present.
refusal-one-department = Only one department can have this; please choose the one that leads.
refusal-outcome-not-possible = It cannot end like this at this step. { $count ->
    [0] It waits for what others say, and nothing is chosen here.
   *[other] Possible now: { $possible_en }.
}
refusal-part-already-answered = Your unit has answered already.
refusal-part-not-asked = This unit was not asked in this review; please check the unit.
refusal-part-refusal-needs-basis = A refusal names its basis: the law or rule and its article.
refusal-pause-needs-reason = Please say why the clocks are paused; the person will see it.
refusal-pause-not-here = The clocks cannot be paused at this step for “{ $rule_en }”.
refusal-pause-unknown = There is no pause “{ $rule }”; please choose one of the list.
refusal-private-lift-reason = Please say why the privacy is lifted, for example that they asked for it by telephone; whose matter it is reads that too.
refusal-private-not-offered = This kind of matter cannot be private. Leave out what you do not want known, or ring the hotline.
refusal-rate-by-handler = You handled this matter; please let the person rate it, or a colleague note it for them.
refusal-try-not-here = Nobody is called back at this step, so there is no try to note.
refusal-try-too-soon = A try was noted just now. Ring again in { $minutes } minutes: only another time of day counts as another try.
refusal-unreachable-too-few = { $count } of { $times } tries are noted; only after { $times } at different times can it be closed like this. Note each with “Not reached: note it”.
refusal-rating-out-of-range = Please choose from one to five stars.
refusal-reopen-merged = This matter goes on as another one and is not opened again by itself. { $number ->
    [none] Please raise a new one.
   *[other] See { $number }; if it was merged by mistake and is to be handled by itself, raise a new one.
}
refusal-reopen-needs-reason = Please say what is not solved, so that we can go on from there.
refusal-reopen-not-offered = This kind of matter cannot be opened again; please send a new one.
refusal-reopen-too-late = It could be opened again until { $until }. Please send a new one; we will go on from there.
refusal-reopened-needs-other-person = After a reopening someone else looks at it; please give it to a colleague.
refusal-reroute-not-offered = This kind of matter cannot be handed on; please handle it in your unit.
refusal-reroute-done = The work is done and only an answer is waited for, so it cannot be handed on. If it turns out not to be solved, send it back to triage first.
refusal-reroute-nowhere = Please choose a place or unit other than the present one.
refusal-reroute-too-often = It has been handed on { $count } times. The next time is for the supervisor to decide; please report it.
refusal-risk-unknown = There is no risk “{ $risk }”; please choose from the list.
refusal-step-gone = The workflow has changed and the step “{ $step }” is gone. Please load the page again.
refusal-type-unknown = There is no type “{ $type }”; please choose again.
refusal-way-does-not-fit = The way of service “{ $way }” does not go with this answer; please choose again.
refusal-withdraw-not-offered = This kind of matter cannot be taken back; please ring its handler.
refusal-withdraw-already = This matter has been taken back already. If it is needed after all, please send a new one.
refusal-withdraw-done = It has been seen to. Say on its page whether it is solved; if it is not, it goes on.
refusal-withdraw-too-late = Somebody has accepted it already. If it is no longer needed, please ring the handler, who will close it.
refusal-handover-says-nothing = Please say what the next shift should know, or leave a word on a matter; if there is nothing special, write just that.
refusal-handover-unsigned = Nobody has signed your last hand-over yet. Wait for that, or take it back first.
refusal-handover-urgent-alone = Urgent matters that no colleague has taken: { $count }. Choose a colleague who sees to them, or give them to somebody first.
refusal-handover-watch-self = You are leaving: choose another colleague.
refusal-handover-watch-not-staff = Choose a colleague of the list.
refusal-handover-own = Somebody else must take over what you left.
refusal-handover-taken = Somebody has taken over already.
refusal-handover-withdrawn = This hand-over was taken back. Look at the latest one.
refusal-handover-nobody-takes = No colleague can have this one. Please do not hand it on: it stays yours.
refusal-handover-not-own = Only the one who left can take it back.

refusal-reply-kind = Nobody is heard in matters of this kind.
refusal-reply-closed = It is closed; open it again before you ask anybody.
refusal-reply-reporter = This number belongs to who reported it or follows it; check the number.
refusal-reply-party = Write the name or the shop, at most { $most } characters.
refusal-reply-told = Write the facts they are told, at most { $most } characters.
refusal-reply-names-reporter = It names who reported it; write it without.
refusal-reply-asked = They were asked and may still answer; write an answer down with “Write down their answer”.
refusal-reply-over = It is closed. If there is more to say, ring the hotline.
refusal-reply-full = An answer has { $most } characters at most, and yours is full. Please ring those who handle it if there is more to say.
refusal-reply-words = Write an answer of at most { $most } characters.
