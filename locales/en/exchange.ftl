# Spreadsheets: bringing in people, teams and credentials; lists to take along.

import-title = Import a table
import-of-title = Import a table: { $what }
import-text = Register many people at once from a table
import-lead = One entry a row. It is checked first and you see what would come of it; nothing is entered before you say so. Each row is as if entered on a page: the same permissions, the same rules. The difference: in a table each person needs an identity number or a phone, for without either nobody can tell whether they are registered already.
import-what = What to import
import-file = The table
import-file-hint = .xlsx or .csv, at most 50,000 rows and 8 MB. Without formulas and merged cells
import-upload = Upload and check
import-templates = Empty tables
import-template = Download an empty table: { $name }
import-none = You have imported no table yet.
import-mine = Imported lately
import-rows = { $count ->
    [one] { $count } row
   *[other] { $count } rows
}
import-how = How to fill it in
import-column = Column
import-row = Row
import-why = Reason, and what to do

intake-people = People
intake-people-lead = Registers residents. The same identity number, or the same phone and name, is the same person and is not registered again
intake-teams = Teams
intake-teams-lead = Registers teams and their members, who must have registered as volunteers themselves. Leaders and members are asked, and belong to the team once they say yes
intake-teams-no-roles = You register teams only: leaders are appointed by social or community workers, members by these or by their leader, and rows that name one are refused
intake-credentials = Credentials
intake-credentials-lead = Enters certificates of which you have seen the original. The people must be registered
intake-volunteer_numbers = Volunteer numbers
intake-volunteer_numbers-lead = Enters the numbers that the national system gave. The volunteers must be registered

column-volunteer_number = Volunteer number
column-volunteer_number-how = As the national system gave it; no identity number
column-name = Name
column-name-how = As on the document
column-id_number = Identity number
column-id_number-how = 18 characters. Make this column text, or Excel turns the last digits into noughts
column-phone = Phone
column-phone-how = 11 digits, or area code and number. Fill in at least one of identity number and phone
column-sex = Sex
column-sex-how = Male or female; may be left out
column-birth_date = Date of birth
column-birth_date-how = Such as 1975-05-20, 1975/5/20 or 1975.5.20; may be left out where there is an identity number
column-place = Place code
column-place-how = For residents the 12 digits of the village or community, such as 371722003003; for teams also the code of a township or county; or the name, behind county and township where two have the same
column-address = Address
column-address-how = Building, stairs, door; may be left out
column-team = Team
column-team-how = Its full name
column-credit_code = Unified social credit code
column-credit_code-how = 18 characters; leave out if there is none. Register a team whose last character does not follow the rule on a page, by itself
column-labels = Professions
column-labels-how = Such as care or medical; may be left out
column-member = Member
column-member-how = One member a row; leave out to register the team alone
column-role = Role
column-role-how = Leader or member; nothing means member
column-skill = Skill or certificate
column-skill-how = Such as first aid
column-number = Certificate number
column-number-how = Leave out if there is none
column-issuer = Issuer
column-issuer-how = Such as the city's Red Cross
column-valid_from = Issued on
column-valid_from-how = Such as 2026-03-01
column-valid_to = Valid until
column-valid_to-how = Leave out if it does not expire

import-reading = Being read
import-checking = Being checked
import-checked = Checked, waits for you
import-applying = Being entered
import-done = Done
import-cancelled = Cancelled
import-progress = Progress
import-so-far = { $done } of { $total } rows
import-reload = See how far it is
import-leave = You may leave this page and come back later.
import-total = Rows of the table
import-new = Can be entered
import-added = Entered
import-asked = Of these, asked before they join
import-same = Registered already, left as it is
import-repeated = Repeat a row above
import-refused = Cannot be entered
import-entered-to = Entered up to row { $row } of the table: what could be entered up to it is entered, what stands below it is not.
import-again = The same file can be brought in again; nobody is entered twice.
import-unread-columns = These columns are unknown and were not read: { $names }.
import-hidden = { $count ->
    [one] { $count } hidden sheet was not read.
   *[other] { $count } hidden sheets were not read.
}
import-further = Only the first sheet was read; there are { $count } more.
import-apply-lead = Entering begins when you say so. Rows that cannot be entered are left out.
import-apply = { $count ->
    [one] Enter { $count } row
   *[other] Enter { $count } rows
}
import-nothing-new = No row can be entered.
import-cancel = Cancel the import
import-cancel-done = Cancelled. What was entered stays, the rest was deleted.
import-refused-title = Rows that cannot be entered
import-refused-lead = Please correct them and import the corrected rows. The page lists at most 100, the file has them all.
import-refused-file = Download the refused rows
import-came = Row by row
import-read-as = Read as
import-becomes = What comes of it
import-row-new = Can be entered
import-row-ask = Will be asked, and joins once they say yes
import-row-added = Entered
import-row-asked = Asked, and joins once they say yes
import-row-same = Known before, left as it is
import-row-repeated = Repeated
remark-repeats-row = Says what row { $row } of this table says; entered once.
remark-phone-shared = This number was given by somebody else first: its sign-in codes sign in that person only.
remark-labels-differ = The fields “{ $typed }” of the table are not those that the team has, which were left as they are. Change them on the team’s page.
import-kept = The file itself is not kept. Its content lies encrypted and is deleted after 7 days.
import-cleared = The content of the table was deleted.

export-do = Download as a table
export-about = About
export-item = Item
export-says = Says
export-list = List
export-definition = Definition
export-rows = Rows
export-as-of = As of
export-by = Exported by
export-source = Run by
export-care = Please note
export-care-text = This is what the page shows, with numbers masked. Keep it safe and delete it after use; the export was written down.
export-cut = Cut off
export-cut-text = Only the first { $most } rows. Narrow the list and download it again.
export-demo = Demo
people-export-definition = People found by name, initials or phone, or without words those registered last; only in the places that you may see.
organisations-export-definition = Organisations and teams of the places that you may see, except those that have ended.
hours-export-definition = Your own records, the newest first; only confirmed ones count as hours.
hours-export-start = Start
hours-export-end = End
hours-export-minutes = Minutes
hours-export-state = State
tasks-export-definition = Your next task, the invitations that wait for your answer, and open tasks nearby.
tasks-export-group = Group
tasks-export-distance = Distance
desk-export-definition = Matters that you may see, in “{ $phase }”, the most urgent first.
desk-export-code = Code
handling-export-definition = Matters that wait for you or your department, and those you had a hand in that are with somebody else now.
reads-export-definition = What was read in your area, by who read, of whom, and on which day, the newest first; all of it where nothing was chosen. Your own looks are listed only when you ask for them. What was seen is not in the table.
corrections-export-definition = Requests for correction in your area that wait to be verified, the oldest first; what they say is not in the table.
assessments-export-definition = The newest version of each impact assessment of your area and of what lies around it, the next to be reviewed first, what has ended last.
certificates-export-definition = Certificates of volunteer service that your units issued: those in doubt first, then the newest.
reviews-export-definition = Records in your area that wait for a review and those decided; what volunteers say to it is not in the table.
