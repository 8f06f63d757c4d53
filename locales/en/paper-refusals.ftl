# Paper: what is said when a rule says no. First what is wrong, then what to do.

refusal-paper-caller-unknown = This caller is not known where you work. Leave the field empty and write the number under phone.
refusal-paper-count = Print 1 to { $most } in a batch. If you need more, print several batches.
refusal-paper-entered = This one was entered before: { $what }. Compare the number; if it is another form, read its number again.
refusal-paper-entered-private = This one was entered before, as a private matter. Compare the number.
refusal-paper-line = This form has lines 1 to { $most }. Compare the number of the line.
refusal-paper-nothing-good = Nothing can be entered yet. Put right what is wrong first.
refusal-paper-other-county = This batch is another county's. Use a form that was printed for that county, or write it down as a call.
refusal-paper-place = No such village or community. Fill in its name or code.
refusal-paper-received = Fill in the time that is written on the form.
refusal-paper-row = A row is either a registration or a line of a sign-in sheet: fill in one of them.
refusal-paper-rows = Enter 1 to { $most } at once.
refusal-paper-serial = This is no number of a form. It has ten characters, for example 4F7-K2M9-X3A.
refusal-paper-spoil-none = Tick the forms that are to be marked as spoilt.
refusal-paper-serial-check = One character of this number is wrong, or two are swapped. Compare it with the paper.
refusal-paper-serial-unknown = No form of this batch has this number. Compare it; a form of another batch is entered there.
refusal-paper-sort = This number is of another sort of form. Compare it.
refusal-paper-sort-unknown = There is no such form. Print a registration form (registration) or a sign-in sheet (sign_in).
refusal-paper-spoil-entered = This form was entered, so it cannot be spoilt. If something is wrong, correct it where it went.
refusal-paper-spoilt = This form was marked as spoilt. Compare the number before you enter it.
refusal-paper-spoilt-why = Choose why.
refusal-paper-time-before-print = The time on the paper lies before this batch was printed. Compare date and time, or the number.
refusal-paper-time-future = The time on the paper lies after now. Compare date and time.
refusal-paper-who-several = Several volunteers here have this name. Fill in the mobile number.
refusal-paper-who-unknown = No such volunteer is known where you work. Compare the name, or fill in the mobile number; who is not registered is registered first.
