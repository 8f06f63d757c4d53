refusal-id-number-length = An identity number has 18 characters; this one has { $count }. Compare it with the card.
refusal-id-number-digits = The first 17 characters of an identity number are digits, the last is a digit or X. Compare it with the card.
refusal-id-number-area = The first six digits ({ $digits }) are no area code. Check them against the card.
refusal-id-number-birth = Digits 7 to 14 ({ $digits }) are no date of birth. Check them against the card.
refusal-id-number-check = The last character does not fit the others; one may be miscopied. Compare them one by one with the card.
refusal-id-number-other-birth = The date of birth is not that of the identity number (digits 7 to 14). Compare both with the card and correct the one that is wrong.
refusal-id-number-other-sex = The sex is not that of the identity number (its 17th digit is odd for men, even for women). Compare both with the card and correct the one that is wrong.

refusal-credit-code-length = A unified social credit code has 18 characters; this one has { $count }. Compare it with the licence.
refusal-credit-code-letters = A unified social credit code never holds the letters I, O, S, V, Z or a symbol. Look again: perhaps it is 1, 0, 5 or 2.
refusal-credit-code-check = The last character of { $code } does not follow the rule (it would be { $expected }). Check it again; if the licence says so, confirm it.

refusal-phone = This is no telephone number. Give an 11-digit mobile number or a landline with its area code, such as 0530-5551234.
refusal-phone-area-missing = Add the area code to the landline number, such as 0530-5551234.
refusal-phone-landline = No code reaches a landline: enter a mobile number. Without a mobile, ring the hotline or ask the staff of your community to do it for you.
refusal-phone-missing = Please enter your mobile number.
refusal-phone-mobile = This is no mobile number. Please enter its 11 digits.
refusal-phone-mobile-digits = This begins like a mobile number and has { $digits } digits. A mobile number has 11: please compare and enter it again.
refusal-code-unsent = No messages go out from here yet, so no code can reach you. Call the hotline or come to the community, where staff enter it for you; staff sign in with their password.

refusal-availability-span = Choose a weekday, and an end later than the start.

refusal-credential-own = Somebody else must check your own certificate. Pass it to a colleague.
refusal-credential-withdrawn = This certificate was withdrawn and cannot be checked. Enter a new one if there is one.
refusal-credential-dates = It would expire before it was issued. Compare the dates with the certificate.

refusal-household-same = This person is in this household already.
refusal-household-other = This person is registered in another household. Take them out of it first.

refusal-team-last-leader = This is the only leader of the team, and nobody would lead it. Ask community staff to appoint another first, then end it.
refusal-membership-ended = This membership has ended already.
refusal-membership-unit-missing = This role is held in a unit: choose the team that somebody leads, or the department of a clerk.
refusal-membership-last-administrator = Nobody else administers this place: nobody could give a role after that. Appoint another administrator first.
refusal-appoint-self = Nobody gives a role to themselves. Ask somebody else who may.
refusal-appoint-role = { $role ->
    [resident] Everybody registered is a resident: nobody is made one.
    [volunteer] Members are taken into a team by its leader, a social worker or a community worker: ask one of them.
    [team_leader] Leaders are appointed by social or community workers: ask one of them.
   *[other] This role is given by the administrator: ask them.
}
refusal-appoint-organisation = This role does not exist in the organisation chosen. Choose another one.
refusal-appoint-place = The place lies outside your area. Choose one within it.
refusal-appoint-not-volunteer = This person has not registered as a volunteer. Everyone registers of their own will; ask them to do so first.
refusal-appoint-held = This person holds the role already.
refusal-appoint-asked = They have been asked and have not answered. If they have told you yes, tick the box for that and send it again.
refusal-team-not-asked = Nothing waits for your answer here: it may have been answered before.
refusal-join-not-volunteer = You are no registered volunteer any more. Register again, then answer.
refusal-appoint-far = The last day can be at most { $years } years ahead. If there is no end, leave it empty.
refusal-appoint-over = This day is over. Give a day to come, or leave it empty.
refusal-volunteer-already = You are a volunteer already.
refusal-volunteer-too-young = Nobody below { $age } full years can register as a volunteer. Check the date of birth.
refusal-cover-not-volunteer = They have not registered as a volunteer yet. Ask them to do so first.
refusal-cover-missing = Enter at least one of the dates.
refusal-date-unreadable = This date cannot be read. Write it as 2026-06-08.
refusal-birth-date-missing = Enter the date of birth.
refusal-birth-date-range = A date of birth lies before tomorrow and within the last { $years } years. Check it against the document.
refusal-birth-date-own = The day of birth of somebody under 18 is changed by staff who have seen the document: ask for a correction, or come with the document to your community office.
refusal-person-sex = Choose female or male, or leave it out.
refusal-person-changed = Somebody else has just changed this person. What you changed is still there; look at the rest as it is now, and send again.
refusal-person-registered = This person is registered already. Look for them by name or telephone in the register of residents; if it is somebody else, give the identity number of each.
refusal-phone-of-staff = This person works here and signs in with the number, so it is not changed here. An administrator changes it on the page of how they sign in.
refusal-phone-no-codes = No code reaches a landline. Enter a mobile number.
refusal-phone-same = This is the number on record; nothing was changed.
refusal-phone-own = You cannot change here the number you sign in with. Come to the community office with the new phone, or call the hotline.
refusal-phone-taken = This number signs in somebody else. Check it.
refusal-quiet-past = This day is over. Choose today or a later one, or leave it empty.
refusal-quiet-far = This day is too far ahead: check the year and choose one up to { $latest }. For longer, leave and register again later.
refusal-organisation-changed = Somebody else has just changed this organisation. What you changed is still there; look at the rest as it is now, and send again.
refusal-organisation-twice = “{ $name }” is registered already. There is no need to enter it again.
refusal-organisation-unknown = No department is called “{ $name }”. Please try its whole name, a part of it, or the initials of its pinyin.
refusal-organisation-several = Several could be meant: { $names }. Please choose one or type the whole name.
refusal-organisation-kind-missing = Choose a kind.
refusal-appoint-role-missing = Choose a role.
refusal-appoint-place-unknown = There is no such code. Check it, for example 371722003003.
refusal-credential-skill-missing = Say which skill or certificate it is.
refusal-credential-called-missing = You chose “Other”: please say what it is called.
refusal-credential-from-future = The date of issue is later than today. Check it against the certificate.
refusal-credential-from-missing = There is a certificate, so enter the day it was issued. Without one, leave issuer, number and last day empty.
refusal-kin-several = Several people have this name: enter the phone instead. Without one, open their page and enter the last part of its address here.
refusal-kin-none = These two are not entered as kin; it may have been taken out already.
refusal-kin-own = This is a kinship of your own: please let a colleague take it out.
refusal-kin-self = These are they themselves. Enter the phone or the name of a relative.
refusal-kin-nobody = Nobody of this name is registered in the area you answer for. Check the name; of whoever lives elsewhere enter the phone; whoever is not registered yet is registered first.
refusal-kin-unknown = Nobody is registered with this number. Register the relative first.
refusal-member-unknown = Nobody is registered with this number. They must sign in and register as a volunteer first.
refusal-household-none = They are not entered in any household yet.
refusal-person-own-field = Your own identity number and village are changed by staff who have seen the document: ask for a correction.
refusal-home-unsettled = Give the code of a village, a community or a grid.
refusal-home-other-county = Who moved to another county registers there, and may be erased here.
refusal-volunteer-number-form = The number has 6 to 32 digits or letters. Please copy it as the national system shows it.
refusal-volunteer-number-identity = This is an identity number. Please enter the number that the national system gave, or leave it empty.
refusal-volunteer-number-taken = Another volunteer has this number already. Please check it; if it is yours, tell a community worker.
refusal-administrator-other-name = This phone belongs to { $name }, who is registered already. Repeat the command with this name, or give the other person a phone of their own.
