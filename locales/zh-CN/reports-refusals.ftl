refusal-month = 请选择一个月份，例如 2026-11。
