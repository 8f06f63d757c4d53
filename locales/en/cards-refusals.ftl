refusal-card-valid = There is a valid card already. Tick “Replace” to make another; the old one then ends.
refusal-card-household = No household is registered, so it can have no card. Join a household first, or make a card of one’s own.
refusal-card-ended = This card has ended already; it need not be reported.
refusal-cards-none-asked = Nobody of this community waits for a card.
refusal-card-not-asked = No card is waited for: it has been made, or the request was taken back.
refusal-card-unknown = There is no such card, or it is not in use any more. Please check the code, or leave this empty.
refusal-card-by-staff = Only staff who write it down for somebody name the caller’s card. Please leave “caller_card” out.
