refusal-task-before-triage = Nobody has triaged this matter yet, so no task can be cut from it. Triage it first.
refusal-task-matter-closed = This matter is closed, so no task can be cut from it. Open it again first.
refusal-task-title = Give the task a name of at most 60 characters.
refusal-task-window = The end must be later than the start.
refusal-task-in-past = A task lies ahead. Enter a service that is over as a late entry.
refusal-task-credential-unknown = There is no credential “{ $credential }”. Those there are: { $known }.
refusal-task-too-short = A task takes at least { $minutes } minutes. What is shorter is better done together with something else.
refusal-task-too-far-ahead = A task begins within { $days } days. Please check the year; cut a later one when it is nearer.
refusal-task-too-long = A task lasts at most { $hours } hours. Cut it into several.
refusal-task-slots = Give 1 to { $most } slots.
refusal-task-slots-taken = { $taken } people have accepted; it cannot take fewer.
refusal-task-skill-unknown = There is no skill “{ $skill }”. Those there are: { $known }.
refusal-task-two-needed = Two people go to this door together, so at least 2 slots are needed.
refusal-task-not-standing = This task was cancelled or is done.
refusal-task-begun = A volunteer has signed in, so this task can no longer be cancelled. Sign them out under “Who has come”, and what was done is recorded; ring whoever has not come yet.
refusal-task-tells-phone = Please leave out the telephone number: all who are invited read this. Who accepts the task sees it by themselves.
refusal-task-no-way = There is neither an address nor a telephone, so whoever comes would find nobody. Please say under “Where” at what place they meet, such as “at the door of the service station”; or ask first, go yourself, or settle it by telephone.
refusal-task-tells-door = Please leave out stair and door: all who are invited read this. Who accepts the task sees the door by themselves; community and building are enough.
refusal-task-tells-name = Please leave out “{ $name }”: all who are invited read this, before anybody has agreed to come. Who accepts the task sees the name by themselves; say what is to be done.
refusal-task-change-begun = Somebody has signed in, so the task cannot be changed any more. Please write what is to be said into the matter's timeline.
refusal-task-edit-nothing = Nothing is changed. Please change something first, or go back.
refusal-task-edit-busy = { $name } has agreed to another task at that time. Please choose another time, or talk to them first.
refusal-task-place-hint = Please say where, for example “Huanglou community, block 3”.
refusal-task-changed-meanwhile = Somebody else changed this task just now. Please look at it as it is, and send again if yours is still right.
refusal-task-cut-meanwhile = { $who } has just cut a task of this matter: { $title }, { $when }. If that is enough, leave it at that; if a second one is meant, send again.
refusal-task-after-promise = This is later than what was promised to whoever asked: done by { $when } at the latest. Choose an earlier time; if it cannot be, tick “It is meant to be after that” and send again.
refusal-task-over = The time of this task has passed.
refusal-task-not-open = This task cannot be taken without an invitation. Have a look at the others.
refusal-task-taken-already = You have taken this task already; once is enough.
refusal-task-assign-not-staff = A task can be given to staff of this area only. Invite volunteers instead: they decide themselves.
refusal-task-assign-credential = This task needs “{ $credential }”, and whoever is to go has not shown a valid certificate. Enter it and have another colleague check it, or send somebody who has one.
refusal-task-assign-close = Relatives, housemates, those who act for the people concerned, and these themselves do not go. Send another colleague, or invite volunteers.
refusal-task-assign-women-only = This task needs a woman. Send a woman among your colleagues, or invite volunteers; if the register does not say so of whoever is to go, enter it first.
refusal-task-not-going = You have no place on this task, so there is nothing to step back from.
refusal-widen-nothing = Widening must reach further than now. Choose a wider reach or drop the skills.
refusal-wave-empty = Choose at least one volunteer.
refusal-invite-other-team = A team leader invites members of the team. To invite other volunteers, ask the community staff.
refusal-wave-too-many = At most { $most } can be invited at once. Wait for their answers, then invite others.
refusal-offer-reply-by = Set the time to answer after now and before the task ends.
refusal-offer-reply-short = That leaves less than { $minutes } minutes to answer. Set a later time, or move the start of the task.

refusal-slot-taken = It has just been taken, thank you. { $count ->
    [0] There is nothing like it nearby at the moment.
    [1] There is one like it: { $first_title }.
   *[other] There are two like it: { $first_title }, { $second_title }.
}
refusal-offer-expired = The time to answer is over, and that is fine. Have a look at what can be taken nearby.
refusal-offer-cancelled = Staff have taken this invitation back. Thank you.
refusal-offer-matter-back = A social worker is looking at this anew and sends nobody for now. Thank you: you are invited again when somebody is needed. To ask, ring the community.
refusal-offer-matter-closed = This is over, and nobody needs to come any more. Thank you. Have a look at what can be taken nearby.
refusal-offer-answered = { $state ->
    [accepted] You have accepted this task already. To leave it, choose “I cannot come”.
    [declined] You have declined this invitation, and the time to answer is over. If you changed your mind, see whether it can be taken nearby.
   *[other] This invitation is settled already.
}
refusal-offer-not-accepted = You do not hold this task, so there is nothing to leave.
refusal-offer-begun = Signing in has been done, so this can no longer be given back. Sign out first; whoever cannot go on rings the station.
refusal-offer-not-standing = This invitation is settled already.

# Told to the volunteer who wants to come
refusal-excluded-not-active = You are not registered as a volunteer at present. Register first, or ask your community.
refusal-excluded-credential-missing = This task needs “{ $credential }”. If you have it, upload the certificate first.
refusal-excluded-credential-expired = Your “{ $credential }” expired on { $day }. Renew the certificate first.
refusal-excluded-credential-unverified = Your “{ $credential }” has not been checked yet. Ask community staff to check it.
refusal-excluded-credential-not-yet = Your “{ $credential }” holds from { $day } on.
refusal-excluded-credential-withdrawn = Your “{ $credential }” was withdrawn on { $day }. Ask your community if you have questions.
refusal-excluded-skill = This task needs somebody who can do “{ $skill }”. If you can, add it to your page.
refusal-excluded-age-unknown = This task has a least age. Fill in your date of birth first.
refusal-excluded-too-young = One must be { $least } for this task. Thank you for wanting to help.
refusal-excluded-guardian-consent = Minors need a guardian’s consent. Ask your guardian to sign it first.
refusal-excluded-minor-in-danger = This task is dangerous, and the law keeps minors from it. Thank you for wanting to help.
refusal-excluded-women-only = This task needs a woman. Thank you for understanding.
refusal-excluded-not-available = This is outside the times you gave as free. You can change them on your page.
refusal-excluded-engaged = You have a task around this time. Take your rest, or look for another time.
refusal-excluded-conflict = To be fair to all, relatives, housemates and those concerned cannot take this task.
refusal-excluded-left-alone = You asked to be left alone at this time. Change that on your page to take part.
refusal-excluded-already-invited = You have been invited to this task before.
refusal-excluded-not-insured = This task needs accident insurance first. Ask your community; the organiser pays for it.
refusal-excluded-too-far = This task is some way off; people nearby are invited first.

# Told to the social worker who dispatches
excluded-not-active = not an active volunteer that day
excluded-credential-missing = no “{ $credential }”
excluded-credential-expired = “{ $credential }” expired on { $day }
excluded-credential-unverified = “{ $credential }” not checked yet
excluded-credential-not-yet = “{ $credential }” holds from { $day } on
excluded-credential-withdrawn = “{ $credential }” withdrawn on { $day }
excluded-skill = skill “{ $skill }” not on file
excluded-age-unknown = date of birth not on file, the task has a least age
excluded-too-young = younger than { $least }
excluded-guardian-consent = a guardian’s consent is missing
excluded-minor-in-danger = a minor, and the task is dangerous
excluded-women-only = the task needs a woman
excluded-not-available = outside the times given as free
excluded-engaged = has a task or rests around this time
excluded-conflict = conflict of interest: { $tie ->
    [same] concerned themselves
    [household] lives with who is concerned
   *[kin] kin of who is concerned
}
excluded-left-alone = asked to be left alone at this time
excluded-already-invited = invited to this task before
excluded-not-insured = no accident insurance that covers this time
excluded-too-far = farther than this wave reaches

# Why somebody is suggested; joined into one sentence
reason-credential = has “{ $credential }”, verified
reason-same-grid = same grid
reason-same-village = same village or community
reason-same-township = same township
reason-same-county = same county
reason-beyond = another county
reason-this-week = { $count ->
    [0] no task this week
    [one] { $count } task this week
   *[other] { $count } tasks this week
}
reason-served-before = { $count ->
    [one] served this person once before
   *[other] served this person { $count } times before
}
reason-language = speaks “{ $language }”
reason-useful-skills = { $count ->
    [one] { $count } useful skill
   *[other] { $count } useful skills
}
reason-preferred-sex = as the person served would rather have
reason-team-member = in the team it was cut for
reason-never-served = has not served yet
reason-weeks-waiting = { $count ->
    [0] served within the week
    [one] { $count } week since the last service
   *[other] { $count } weeks since the last service
}
refusal-invite-quiet = These are quiet hours: the message goes out at { $when }. Choose a time to answer after that, or leave it empty.
refusal-waves-not-running = No waves are running, so there is nothing to stop.
