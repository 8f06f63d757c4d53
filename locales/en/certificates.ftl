# Certificates of record: asking, printing, verifying, taking back. What is printed is in Chinese.

certificate-title = Certificate of volunteer service
certificate-of-title = Certificates of { $name }
certificate-lead = Free of charge. Only hours that somebody else confirmed count, and late entries stand apart. The unit that recorded certifies; where several did, each has a certificate of its own.
certificate-of = For { $name }, who must have asked for it.
certificate-from = From
certificate-to = To
certificate-ask = Issue the certificate
certificate-look = See what can be certified
certificate-foreseen = To be certified, { $from } to { $to }
certificate-foreseen-unit = { $unit }: { $count ->
    [one] one service
   *[other] { $count } services
}, { $hours } in all
certificate-foreseen-text = One certificate of each unit. Its number is given for good: if the days are not right, change them above first.
certificate-list = Certificates issued
certificate-none = None has been issued yet.
certificate-several = Several units have issued one each. Open each of them to print it.
certificate-days = { $from } to { $to }
certificate-go = Print a certificate
certificate-why = Why { $number } was revoked
certificate-see = Read the whole certificate

certificate-valid = Valid
certificate-doubtful = Needs checking
certificate-revoked = Revoked
certificate-valid-title = This certificate is valid
certificate-doubtful-title = This certificate needs checking
certificate-revoked-title = This certificate was revoked
certificate-doubtful-lead = Since it was issued a record in it was corrected or voided, and the recording unit has not settled it yet.
certificate-looked-at = Some of the hours in it are being looked at. It holds meanwhile; if much depends on it, ask the recording unit.

certificate-who = 1. The volunteer
certificate-what = 2. The service
certificate-unit = 3. The recording unit
certificate-notes = 4. Number and notes
certificate-name = Name
certificate-identity = Identity number
certificate-sum = From { $from } to { $to }: { $hours } of volunteer service
certificate-parts = { " " }({ $recorded } signed on the spot, { $late } entered late).
certificate-day = Day
certificate-activity = Activity and place
certificate-content = What was done
certificate-hours = Time
certificate-way = How recorded
certificate-late = Late entry
certificate-signed = On the spot
certificate-unit-name = Recording unit
certificate-guided = Records under the guidance of { $unit }
certificate-credit = Unified social credit code
certificate-head = Head
certificate-handler = Handler
certificate-self = Printed by the volunteer
certificate-phone = Telephone
certificate-seal = Seal (if the volunteer wants it)
certificate-erased = The volunteer was erased, and what was certified with them.
certificate-number = Number
certificate-period = Period
certificate-issued = Issued { $day }
certificate-issued-on = Issued on
certificate-code = Verification code
certificate-scan = Scan to verify this certificate
certificate-carrier = Issued by the recording unit; this system only carries it. Basis: Measures for Recording and Certifying Volunteer Service (Ministry of Civil Affairs, order 67). Forging a certificate or using a forged one has consequences in law.

certificate-verify-title = Verify a certificate of volunteer service
certificate-verify-lead = Type the code of the certificate to see whether it is real and still holds.
certificate-code-hint = 10 letters and digits, in any case
certificate-verify-do = Verify
certificate-verify-other = Is it the number of a call for help or a report?
certificate-verify-look-up = Look up how far it is
certificate-verify-doubt = If in doubt about a certificate, ring
certificate-code-misread = One character of this code is wrong. Please compare it with the certificate again.
certificate-code-malformed = A code has 10 letters and digits, such as 4F7-K2M9-X3A.
certificate-code-unknown = There is no such certificate. Please compare the code with the paper; if it is right, the certificate was not issued here.
certificate-compare = Compare each item with the paper. If one differs, do not rely on it.

certificate-desk-title = Certificates issued
certificate-desk-text = Certificates of volunteer service of your unit
certificate-doubted = To be dealt with
certificate-doubted-none = No certificate needs anything.
certificate-doubted-lead = A record in these was corrected or voided after they were issued. Please look, revoke them, and issue the volunteer a right one.
certificate-newest = Issued lately
certificate-revoke-title = Revoke a certificate
certificate-revoke-lead = This cannot be undone. Whoever verifies it sees that it was revoked, when, and the class of reason; the volunteer gets a message and can read what you write.
certificate-reason = Why it is revoked
certificate-reason-hint = Whoever verifies it sees this
certificate-as-record-wrong = A record in it was wrong or void
certificate-as-details-wrong = Name, number or unit was wrong
certificate-as-returned = Given back or replaced
certificate-note = Explanation
certificate-note-hint = The volunteer, the recording unit and who inspects see this
certificate-revoke-do = Revoke this certificate
certificate-revoke-done = Revoked. The volunteer will be told.
