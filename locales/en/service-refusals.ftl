refusal-needs-a-person = A person has to do this; the system cannot.

refusal-check-in-done = You have checked in already. Go ahead.
refusal-check-in-early = It is too early to check in: you can from { $when }.
refusal-check-in-late = The time of the activity has passed. If you did serve, make a late entry.
refusal-check-in-often = At most { $most } check-ins a day are possible for one activity. Ask staff if you have questions.
refusal-check-out-no-check-in = You have not checked in. Do so first, or ask staff to enter it.
refusal-check-out-done = You have checked out already. Thank you.
refusal-desk-out-time = Please say when they left.
refusal-desk-out-ahead = That time is still to come. Please sign them out once they have left.
refusal-desk-out-before-in = They would have left before they came. Compare the day and the hour.
refusal-desk-out-unsure = Please ask first, then tick the box: a sign-out is not taken back.
refusal-check-out-late = The time to check out is over. The planned end is noted for now, and you will be asked.
refusal-check-out-before-check-in = The check-out would lie before the check-in. Look at the clock of your phone.
refusal-desk-own = Nobody signs for themselves at the desk. Scan the code, or ask a colleague.
refusal-stands-aside = { $tie ->
    [household] You live with them, so somebody else signs. Please ask the community staff, or let them scan the code.
    [kin] They are a relative of yours, so somebody else signs. Please ask the community staff, or let them scan the code.
   *[other] This concerns yourself, so somebody else does it. Please ask the community staff, or scan the code.
}
refusal-device-clock = The clock of your phone is far off. Set it right and try again, or ask staff to enter it.

refusal-code-format = The check code has 6 digits. Type it as it is shown there, or as staff told you.
refusal-presence-replaced = The code was renewed. Scan the one on site.
refusal-presence-several = Please send one of qr, code, card and person; here there are { $sent }.
refusal-presence-unknown = This code was not found. Check the digits, or call the hotline and have it entered.
refusal-presence-wrong-task = This code belongs to another task. Yours is: { $task }.

refusal-record-not-closed = There is no check-out yet; the record follows it.
refusal-record-ends-first = The end has to be later than the start. Check both.
refusal-record-too-short = Less than { $least } minutes are not recorded. Check the start and the end.
refusal-record-overlaps = There is a record of this time already. Check the start and the end.
refusal-record-day-full = One day holds at most { $hours } hours. Check the start and the end.
refusal-record-content = Say what was done, in at least { $least } characters, such as “went along to fetch medicine from the hospital”.
refusal-record-content-or-tick = Tick what was done, or write it in at least { $least } characters, such as “went along to fetch medicine”.
refusal-void-in-review = This record is under review, and the volunteer is heard first. A colleague without a part in it decides under “Reviews of hours”; it is not voided here.
refusal-void-reviewed = This record was reviewed and found true: it cannot be voided. Whoever thinks it is wrong, of either side, may object.
refusal-void-decided-before = You decided about this record before: this time somebody else looks at it.
refusal-record-void = This record is void already.
refusal-void-reason = Give the reason; the volunteer will see it.

refusal-late-reason = Say why nobody checked in at the time.
refusal-late-not-over = The service is not over yet. Enter it afterwards.
refusal-late-too-old = Only services of the last { $days } days can be entered late.
refusal-not-volunteer-service = The work of one’s own post, ordered work, paid work and one’s own affairs are not volunteering; no hours are recorded.

refusal-correct-state = This record cannot be corrected now.
refusal-correct-longer = A correction only shortens. Enter further time as a late entry.

refusal-confirm-state = This record is not waiting to be confirmed.
refusal-confirm-own = Nobody confirms their own hours. The person served or community staff will.
refusal-confirm-recorder = Who entered a part of this record cannot confirm it. Ask another colleague.
refusal-confirm-household = Family and housemates of the volunteer or of who entered it cannot confirm. Ask another colleague.
refusal-confirm-standing = Only the person served, whom they authorised, or community staff can confirm.
refusal-confirm-forgotten = The check-out was forgotten and nobody has written what was done. Add that first.
refusal-remind-state = Nothing is waited for here, or it has been written meanwhile.
refusal-remind-again = They were reminded within the week. Ring them if it is urgent.
refusal-look-none = Nobody asks for somebody to look in here, or a colleague has written down what came of it.
refusal-look-words = Write down how it is and what was done.
refusal-contest-state = This record is contested already, or void.
refusal-contest-reason = Say what is wrong, so that it can be checked.
refusal-objection-answer = Somebody says that this record is wrong. Write how you looked into it and why it should say this; who objected reads it.
refusal-objection-words = Write what you want to say.
refusal-objection-over = No objection to this record is waiting.
refusal-objection-of-another = Only who objected can take it back.

refusal-rating-level = Choose one of the five levels.
refusal-rating-early = The service is not over. You will be asked afterwards.
refusal-rating-given = This has been rated already. Thank you.
refusal-rating-own-work = Who handled this cannot enter the rating. A call-taker will ask the person served.

refusal-certificate-day = Please give a day.
refusal-certificate-period = The last day is before the first. Please change one.
refusal-certificate-future = The last day cannot be later than today.
refusal-certificate-empty = No confirmed hours fall in these days. Choose others, or have the records confirmed first.
refusal-certificate-no-unit = The records of these days name no recording unit, so nobody can certify them. Ask community staff to register the team or the committee first.
refusal-certificate-lacking = Something that belongs on the certificate is not known. Add it first, or tick that it is left empty.
refusal-certificate-revoked = This certificate was revoked already.
refusal-certificate-reason = Choose why it is revoked: whoever verifies it sees that.
refusal-certificate-note = Say why it is revoked, in at most { $most } characters. The volunteer will read it.

refusal-review-decided = This record has been decided on already.
refusal-review-words = Say something, in { $most } characters at most.
refusal-review-own = Nobody decides on their own hours. Ask another member of staff.
refusal-review-took-part = Who had a hand in this record does not decide on it. Ask another member of staff.
refusal-review-household = Kin of the volunteer or of who had a hand in it, and who lives with them, do not decide. Ask another member of staff.
refusal-review-not-heard = The volunteer has not answered and still has time to. Ask them before the record is made void.
refusal-review-reason = Give the reason, in { $most } characters at most; the volunteer reads it.
refusal-review-verdict = Choose what you found.
refusal-appeal-nothing = Nothing was found false of this record, so there is nothing to appeal against.
refusal-appeal-once = There has been an appeal against this finding, and there is one only. The outcome is told to the volunteer by message and stands with the record.
refusal-appeal-late = The time to appeal is over. Call the hotline if there is something new to say.
refusal-appeal-words = Say why the finding is wrong, in { $most } characters at most.
refusal-appeal-decided = This appeal has been decided on already; there is nothing left to do.
refusal-appeal-own = Nobody decides on their own appeal. Ask another inspector or county official.
refusal-appeal-took-part = Who entered, confirmed, asked about or looked at this record, or wrote the volunteer’s words down, does not decide. Ask another inspector or county official.
refusal-appeal-household = Kin of the volunteer or of who had a hand in it, and who lives with them, do not decide. Ask another inspector or county official.
refusal-appeal-reason = Give the reason, in { $most } characters at most; the volunteer reads it.
refusal-appeal-outcome = Choose what becomes of the finding.
refusal-appeal-overlaps = That time has been recorded anew since, so it would count twice. Have that record corrected or made void first, then decide.
refusal-call-back-given = This record has been asked about already.
refusal-call-back-answer = Choose what the person served said.
refusal-call-back-heard = Please write down whom you asked and what they said, in at most { $most } characters.
refusal-rating-heard = Please write down whom you asked and what they said, as you enter this for them.
refusal-national-empty = These days have no record that can be reported{ $waiting ->
    [0] . Please choose others.
   *[other] ; { $waiting } wait to be confirmed or looked at. Settle those first, or choose other days.
}
refusal-national-too-many = A file holds { $most } records at most. Please take these days in two parts.
