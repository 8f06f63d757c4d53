refusal-changed-meanwhile = Somebody else has just changed this. Look at how it stands now, then decide whether to change it.
refusal-credential-ends-before-it-begins = The certificate expires before it was issued. Please check both dates.
refusal-idempotency-key-reused = This Idempotency-Key was used for another request. Send a new one.
refusal-idempotency-key-unusable = An Idempotency-Key has 1 to 200 visible ASCII characters.
refusal-import-line-unreadable = Line { $line } cannot be read: { $why }. Mend that line and import the whole file again.
refusal-import-heading = Line 1 is not the heading: it lacks { $missing }. Write { $columns } in line 1 and import the whole file again.
refusal-import-line-fields = Line { $line } has { $found } cells instead of { $expected }. Mend that line and import the whole file again.
refusal-workdays-kind = Line { $line } says “{ $kind }” as kind: it is holiday or workday. Mend that line and import the whole file again.
refusal-workdays-twice = { $date } stands in line { $first } and again in line { $line }. Take one of them out and import the whole file again.
refusal-workdays-year-lacks = The year { $year } is not whole: { $days } is missing as holiday. A year comes in whole, for its other days would else be guessed. Complete it or take its lines out, and import the whole file again.
refusal-kind-unknown = There is no kind of matter called “{ $kind }”. Please choose one of those listed.
refusal-matter-place-missing = Please choose a village or community.
refusal-membership-place-missing = Please choose the place that this role covers.
refusal-not-an-id = A whole id that starts with { $prefix }_ is expected here.
refusal-not-an-instant = Please write the time like this: 2026-06-08T09:00:00+08:00.
refusal-occurred-in-the-future = It cannot have happened later than now.
refusal-organisation-name-missing = Please give the organisation's name.
refusal-person-name-missing = Please give a name.
refusal-photo-cover-both = You chose squares and also said there is nothing to cover. Keep one of the two.
refusal-photo-cover-none = No square is chosen yet. Choose what to cover, or tick that there is nothing.
refusal-photo-cover-outside = A square lies beside the photo. Open this page again and choose anew.
refusal-photo-heic = This is an iPhone HEIC photo, which cannot be opened. Choose “Most Compatible” under Settings › Camera › Formats and take it again, or send a screenshot.
refusal-photo-not-released = This photo is not released; there is nothing to take back.
refusal-photo-too-large = This photo is too large. You can also send the form without it.
refusal-photo-unreadable = This file is not a photo that can be opened. Please send JPG, PNG or WebP, or send the form without it.
refusal-place-parent-unknown = { $parent }, the parent of { $code }, is neither in the file nor known. Please import it first.
refusal-reroute-other-county = To hand it to another county, please contact county staff. Here only places of this county can be chosen.
refusal-not-json = Please send JSON, with Content-Type: application/json.
refusal-body-too-large = The body is too large. Please send it in parts.
refusal-not-a-photo = Please send the photo itself, with Content-Type: image/jpeg, image/png or image/webp.
refusal-not-a-table = Please send the table itself, with Content-Type: text/csv or application/vnd.openxmlformats-officedocument.spreadsheetml.sheet (.xlsx).
refusal-body-no-object = The body has to be a JSON object: { "{" }…{ "}" }. Please compare it with the API document.
refusal-body-unreadable = The body cannot be read beyond character { $column } of line { $line }. Please compare it with /api/openapi.json.
refusal-field-day-missing = You chose “On a certain day”: please give the day.
refusal-field-choose = Please answer “{ $label_en }”.
refusal-query-unknown = This address takes no parameter “{ $name }”. It takes: { $known }.
refusal-query-value = “{ $value }” is none of the values of this parameter. Use one of: { $allowed }.
refusal-measure-unknown = There is no figure “{ $measure }”. Use one of: { $known }. What each counts stands at /report.
refusal-token-spent = This token does not hold: it is mistyped, has run out or was ended. Its owner sees their tokens at /me/tokens; an administrator issues another.
refusal-token-scope = This token may do: { $has }. Here it needs { $scope }. An administrator issues another on the page of how this person signs in; its owner sees their tokens at /me/tokens.
refusal-query-none = This address takes no parameter. Leave “{ $name }” out.
refusal-query-missing = The parameter “{ $name }” is missing. Please add it.
refusal-query-one-of = Please give one of these parameters: { $takes }.
refusal-query-place = “{ $value }” in the parameter “{ $name }” is the id or code of no place. Please check it, for example 371722003003.
refusal-query-twice = The parameter “{ $name }” stands there more than once. Keep one of them.
refusal-query-unreadable = The value of the parameter “{ $name }” cannot be read. It takes: { $takes }.
refusal-body-unknown = The body has no field “{ $name }”. Its fields are: { $known }.
refusal-body-unwanted = No body is needed here. Leave “{ $name }” out.
refusal-body-missing = “{ $name }” is missing; please add it.
refusal-body-twice = “{ $name }” stands there more than once; please leave one.
refusal-body-value = “{ $value }” is none of the values here. Please use one of these: { $allowed }.
refusal-body-type = “{ $name }” is of another type than it should be; please send { $expected ->
    [text] a text in quotation marks
    [number] a whole number without quotation marks, neither negative nor too large
    [boolean] true or false
    [list] a list: [ … ]
    [object] an object: { "{" } … { "}" }
   *[other] what /api/openapi.json says
}.
refusal-triaged-already = { $by } has triaged this already, at { $at }. Please look at which step it is now.
refusal-photos-apart = Photos are sent apart: send the words as JSON first, then the bytes of each photo to POST /api/v1/matters/ID/photos, with Content-Type: image/jpeg, image/png or image/webp.
refusal-text-too-long = At most { $most } characters fit here; there are { $length }. Please shorten it.
refusal-text-control = “{ $character }” is a character that cannot be seen, as a program leaves it behind when texts are copied. Please take it out.
refusal-file-too-large = A file may have { $most } MB; this one has more. Please send a smaller one.
refusal-mandate-none = You have no mandate that holds now to act for this person (Helin-On-Behalf-Of). GET /api/v1/people/ID/mandates, with your own id, lists yours.
