refusal-month = Choose a month, such as 2026-11.
