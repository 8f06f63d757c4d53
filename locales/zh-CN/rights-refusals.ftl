refusal-erase-open-matters = { $whose ->
    [theirs] 本人还有 { $count } 件事没办完。请等办结；还没有人接的，可以由本人撤回，已经有人接的，请经办人办结。
   *[own] 您还有 { $count } 件事没办完。请等办结；还没有人接的，可以到“我的”里撤回，已经有人接的，请打电话请经办人办结。
}
refusal-erase-handled-matters = { $whose ->
    [theirs] 本人手上还有 { $count } 件别人的事。请先交给同事。
   *[own] 您手上还有 { $count } 件别人的事。请先交给同事。
}
refusal-erase-open-tasks = { $whose ->
    [theirs] 本人接的任务还有 { $count } 个没结束。请等做完，或者由本人退出。
   *[own] 您接的任务还有 { $count } 个没结束。请做完，或者到“任务”里退出。
}
refusal-erase-open-records = { $whose ->
    [theirs] 本人还有 { $count } 条服务记录没有定下来。请等确认或者复核完。
   *[own] 您还有 { $count } 条服务记录没有定下来。请等确认或者复核完。
}
refusal-erase-office = { $whose ->
    [theirs] 本人现在有工作身份。请先结束这个身份。
   *[own] 您现在有工作身份。请先让管理员结束这个身份。
}
refusal-erase-named-in-log = { $whose ->
    [theirs] 本人看过别人的信息，那些人有权知道是谁看的，查阅记录要存满六个月（{ $until }）。请过了这一天再办。
   *[own] 您看过别人的信息，他们有权知道是谁看的，查阅记录要存满六个月（{ $until }）。过了这一天再来。
}
refusal-erase-not-confirmed = 请勾选“我知道删除后不能恢复”。
refusal-correction-by-hand = 这一项您自己就能改，请点“修改”。
refusal-correction-waits = 这一项已经有一个申请在等核实。等答复，或者先撤回它。
refusal-correction-field = 请选要更正什么。
refusal-correction-credential = 请选是哪一项证件。
refusal-correction-value = 请写明应该是什么。
refusal-correction-date = 请写一个已经过去的日期，在 { $years } 年以内，比如 1975-05-20。
refusal-correction-decided = 这个申请已经办完或者撤回了。
refusal-correction-withdraw-reason = 请写明本人什么时候、怎么请您撤回的。本人没有请您撤回，就核实后答复。
refusal-correction-own = 自己提出或者自己代写的申请，由另一位工作人员核实。
refusal-correction-close = 同户和亲属的申请，由另一位工作人员核实。
refusal-correction-verdict = 请选更正还是不更正。
refusal-correction-living = 请选住在哪一户：和别人同户、自己一户，或者不属于任何一户。空着不算。
refusal-correction-living-phone = 请写同户一个人的手机号；不和别人同户的，选“自己一户”或者“不属于任何一户”。
refusal-correction-living-door = 请写自己一户的门牌，比如“15 号楼 3 单元 502”。
refusal-correction-living-no-phone = 只有和别人同户才写手机号。请把手机号清空，或者改选“和别人同户”。
refusal-correction-living-no-door = 只有自己一户才写门牌。请把门牌清空，或者改选“自己一户”。
refusal-correction-reason = 请写理由，本人要看。
refusal-data-handler-missing = 请填写这一项。
refusal-data-handler-phone = 请写一个打得通的电话：手机号、带区号的固定电话（例如 0530-5551234），或者 12345 这样的热线。
refusal-data-handler-past = 生效日期不能早于今天：以前的表单上写的是那时的处理者。
refusal-data-handler-far = 生效日期太远了，请核对年份，选 { $latest } 以前的日子。
refusal-county-or-city = 请选一个县（区），或者全市。
refusal-assessment-missing = 请填写这一项。
refusal-assessment-occasion = 没有这种情形。请用其中之一：{ $allowed }。
refusal-assessment-approved-later = 批准日期不能晚于今天。
refusal-assessment-review = 下次复评的日期要晚于生效日期。
refusal-assessment-changed = 刚才有人写了新的一版。请看过再改。
refusal-assessment-review-far = 下次复评最晚在 { $years } 年之内。请选近一点的日期。
refusal-assessment-twice = 这个地方已经有一份同样的评估，除了日期没有不同。请打开那一份，写新的一版。
refusal-assessment-ended = 这份评估已经终止，不能再改。还需要的话，请重新登记一份。
refusal-assessment-end-day = 终止日期不能早于批准日期，也不能晚于今天。
refusal-reads-day = 这不是一天的日期，请按 2026-11-25 的样子填写。
