# Dispatch: tasks, offers, and taking them
refusal-task-other-county = The place of a task lies in the same county. Choose another place.
refusal-task-cancel-reason = Say in a few words why it is cancelled, so that colleagues know.
refusal-task-assigned-already = This colleague has the task already.
refusal-task-full = Every slot is taken; nobody else is needed.
refusal-invite-unfit = { $name } cannot be invited now. Refresh the list, see why, and choose again.
refusal-invite-not-volunteer = Someone on this list is not a registered volunteer. Choose from the suggestions.
refusal-offers-body = Give either people to invite, or waves=true to invite in waves.
refusal-task-private-not-open = A task of a private matter is not opened to everyone. Invite suitable people instead.
