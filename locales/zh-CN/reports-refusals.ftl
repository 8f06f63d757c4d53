refusal-month-ahead = 这个月还没有开始，现在最多查到 { $now }。
refusal-month = 请选择一个月份，例如 2026-11。
