refusal-month-ahead = That month has not begun. The latest there is: { $now }.
refusal-month = Choose a month, such as 2026-11.
