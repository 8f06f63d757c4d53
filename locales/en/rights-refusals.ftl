refusal-erase-open-matters = { $count } of your matters are not closed yet. Wait until they are, or withdraw them on your page.
refusal-erase-handled-matters = You are answerable for { $count } matters of others. Hand them to a colleague first.
refusal-erase-open-tasks = { $count } of your tasks are not over. Finish them, or leave them under Tasks.
refusal-erase-open-records = { $count } of your records are not decided on. Wait until they are confirmed or looked at.
refusal-erase-office = You hold an office. Have the administrator end it first.
refusal-erase-named-in-log = You were shown data of others, who may know that it was you: the log is kept for six months, until { $until }. Come again after that day.
refusal-erase-not-confirmed = Tick “I know that it cannot be undone”.
