refusal-erase-open-matters = { $whose ->
    [theirs] { $count } of their matters are not closed yet. Wait until they are. Those that nobody has accepted they may withdraw themselves; for the others, ask who handles them to close them.
   *[own] { $count } of your matters are not closed yet. Wait until they are. Those that nobody has accepted you may withdraw on your page; for the others, ring and ask who handles them to close them.
}
refusal-erase-handled-matters = { $whose ->
    [theirs] They are answerable for { $count } matters of others. Have these handed to a colleague first.
   *[own] You are answerable for { $count } matters of others. Hand them to a colleague first.
}
refusal-erase-open-tasks = { $whose ->
    [theirs] { $count } of their tasks are not over. Wait until they are, or until they leave them.
   *[own] { $count } of your tasks are not over. Finish them, or leave them under Tasks.
}
refusal-erase-open-records = { $whose ->
    [theirs] { $count } of their records are not decided on. Wait until they are confirmed or looked at.
   *[own] { $count } of your records are not decided on. Wait until they are confirmed or looked at.
}
refusal-erase-office = { $whose ->
    [theirs] They hold an office. End it first.
   *[own] You hold an office. Have the administrator end it first.
}
refusal-erase-named-in-log = { $whose ->
    [theirs] They were shown data of others, who may know that it was they: the log is kept for six months, until { $until }. Come again after that day.
   *[own] You were shown data of others, who may know that it was you: the log is kept for six months, until { $until }. Come again after that day.
}
refusal-erase-not-confirmed = Tick “I know that it cannot be undone”.
refusal-correction-by-hand = You can change that yourself: follow “Change”.
refusal-correction-waits = A request for this waits to be verified. Wait for the answer, or withdraw it first.
refusal-correction-field = Choose what to correct.
refusal-correction-credential = Choose which document.
refusal-correction-value = Say how it should be.
refusal-correction-date = Write a day that is over and within the last { $years } years, such as 1975-05-20.
refusal-correction-decided = This request was decided or withdrawn.
refusal-correction-withdraw-reason = Say when and how they asked you to withdraw it. If they did not, verify it and answer.
refusal-correction-own = What you asked for or wrote down is verified by another member of staff.
refusal-correction-close = What your household or kin asked for is verified by another member of staff.
refusal-correction-verdict = Choose whether it is corrected.
refusal-correction-living = Choose in which household they live: with somebody, their own, or none. Nothing chosen changes nothing.
refusal-correction-living-phone = Give the phone of somebody they live with, or choose a household of their own, or none.
refusal-correction-living-door = Give the door of their own household, such as “15 号楼 3 单元 502”.
refusal-correction-living-no-phone = A phone is for whoever lives with somebody. Clear it, or choose “With somebody”.
refusal-correction-living-no-door = A door is for a household of their own. Clear it, or choose “In a household of their own”.
refusal-correction-reason = Give a reason; they will read it.
refusal-data-handler-missing = Fill this in.
refusal-data-handler-phone = Write a telephone that answers: a mobile number, a landline with its area code (such as 0530-5551234), or a hotline as 12345.
refusal-data-handler-past = It cannot hold from a day that is over: forms of that day named who answered then.
refusal-data-handler-far = This day is too far ahead: check the year and choose one up to { $latest }.
refusal-county-or-city = Choose a county, or the whole city.
refusal-assessment-missing = Fill this in.
refusal-assessment-occasion = There is no such occasion. Please use one of these: { $allowed }.
refusal-assessment-approved-later = It cannot be approved later than today.
refusal-assessment-review = The next review is later than the day from which it holds.
refusal-assessment-changed = Somebody has just entered a new version. Look at it first.
refusal-assessment-review-far = The next review is within { $years } years. Choose an earlier day.
refusal-assessment-twice = There is the same assessment at this place already, different only in its days. Open that one and write a new version.
refusal-assessment-ended = This assessment has ended and is not changed any more. If it is needed again, enter a new one.
refusal-assessment-end-day = It ends no earlier than it was approved, and no later than today.
refusal-reads-day = This is no day. Write it as 2026-11-25.
