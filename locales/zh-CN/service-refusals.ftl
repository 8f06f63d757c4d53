refusal-needs-a-person = 这一步要由具体的人来办，系统不能代办。

refusal-check-in-done = 您已经签到了，可以开始服务。
refusal-check-in-early = 还没到签到时间，{ $when } 起可以签到。
refusal-check-in-late = 活动时间已过，不能签到了。如果您确实服务了，请走「补录」。
refusal-check-in-often = 同一活动一天最多签到 { $most } 次。有疑问请联系工作人员。
refusal-check-out-no-check-in = 还没有签到。请先签到，或联系工作人员补登。
refusal-check-out-done = 您已经签退了，谢谢您。
refusal-desk-out-time = 请填他什么时候走的。
refusal-desk-out-ahead = 走的时间还没有到。请等他走了再签退。
refusal-desk-out-before-in = 走的时间早于签到的时间。请核对日期和钟点。
refusal-desk-out-unsure = 请先问清楚再勾选：签退不能撤回。
refusal-check-out-late = 签退时间已过，系统会先按计划结束时间记下，等您补充说明。
refusal-check-out-before-check-in = 签退时间早于签到时间。请检查手机上的时间。
refusal-desk-own = 不能给自己代签。请自己扫码，或请另一位同事登记。
refusal-stands-aside = { $tie ->
    [household] 对方和您住在一起，由别人来签。请社区工作人员代签，或者请本人扫码。
    [kin] 对方是您的亲属，由别人来签。请社区工作人员代签，或者请本人扫码。
   *[other] 这件事和您自己有关，由别人来办。请社区工作人员代签，或者请本人扫码。
}
refusal-device-clock = 手机时间与实际相差太多。请校准手机时间后再试，或请工作人员登记。

refusal-code-format = 签到码是 6 位数字，请照着现场或工作人员给的再填一次。
refusal-presence-replaced = 二维码已换新，请扫现场的。
refusal-presence-several = qr、code、card、person 只能写一个，现在写了 { $sent }。
refusal-presence-unknown = 没有找到这个码。请核对数字，或打服务电话请工作人员登记。
refusal-presence-wrong-task = 这是别的任务的码。您要签的是：{ $task }。

refusal-record-not-closed = 还没有签退，签退后才能生成服务记录。
refusal-record-ends-first = 结束时间要晚于开始时间。请核对起止时间。
refusal-record-too-short = 服务时间不足 { $least } 分钟，不生成记录。请核对起止时间。
refusal-record-overlaps = 这段时间已经有一条服务记录了。请核对起止时间。
refusal-record-day-full = 一天最多记录 { $hours } 小时。请核对起止时间。
refusal-record-content = 请写清楚做了什么，至少 { $least } 个字，例如「陪同去医院取药」。
refusal-record-content-or-tick = 请选一项做了什么，或者写清楚，至少 { $least } 个字，例如「陪同去医院取药」。
refusal-void-in-review = 这条记录正在复核，先听志愿者说明。请由没有参与的同事在「时长复核」里作出决定，不在这里作废。
refusal-void-reviewed = 这条记录已经复核过，结论是属实，不能再作废。有人认为不对，请本人或服务对象提出异议。
refusal-void-decided-before = 这条记录您以前作过决定，这次由别人来看。
refusal-record-void = 这条记录已经作废了。
refusal-void-reason = 作废要写明理由，志愿者会看到。

refusal-late-reason = 补录要写明当时为什么没有签到。
refusal-late-not-over = 服务还没有结束，请结束后再补录。
refusal-late-too-old = 只能补录 { $days } 天以内的服务。
refusal-not-volunteer-service = 本职工作、被指派的劳动、有报酬的工作和为自家办的事，不属于志愿服务，不能记录时长。

refusal-correct-state = 这条记录现在不能更正。
refusal-correct-longer = 更正只能缩短时间。多出来的时间请另走「补录」。

refusal-confirm-state = 这条记录不在等待确认。
refusal-confirm-own = 自己的服务时长不能自己确认。请服务对象或社区工作人员确认。
refusal-confirm-recorder = 登记过这条记录的人不能再确认它。请另一位工作人员确认。
refusal-confirm-household = 志愿者或登记人的家人、同住的人不能确认。请另一位工作人员确认。
refusal-confirm-standing = 只有服务对象本人、其委托的人或社区工作人员可以确认。
refusal-confirm-forgotten = 这次忘了签退，还没有写做了什么。请先补写，再确认。
refusal-remind-state = 这条记录不用补写，或者已经补写了。
refusal-remind-again = 这一周已经提醒过了。要紧的请打电话。
refusal-look-none = 没有在等的「请社工去看看」：没有人提，或者同事已经写下了结果。
refusal-look-words = 请写下怎么样、做了什么。
refusal-contest-state = 这条记录已经有人提出异议，或已经作废。
refusal-contest-reason = 请说一说哪里不对，方便我们核实。
refusal-objection-answer = 有人说这条记录不对。请写明怎么核实的、为什么这样记，提异议的人会看到。
refusal-objection-words = 请写一写您想说明的情况。
refusal-objection-over = 这条记录现在没有等核实的异议。
refusal-objection-of-another = 异议只有提出的人能撤回。

refusal-rating-level = 请从五个等级里选一个。
refusal-rating-early = 服务还没有结束，结束后再请您评价。
refusal-rating-given = 这一次已经评价过了，谢谢您。
refusal-rating-own-work = 办理这件事的人不能代为评价。请回访员联系服务对象。

refusal-certificate-day = 请填写日期。
refusal-certificate-period = 结束日期早于开始日期，请改一改。
refusal-certificate-future = 结束日期不能晚于今天。
refusal-certificate-empty = 这段时间没有经过确认的服务时长。请换一段时间，或先请人确认服务记录。
refusal-certificate-no-unit = 这段时间的服务记录没有写明记录单位，不能开具。请社区工作人员先登记服务队或社区，再补记录。
refusal-certificate-lacking = 证明上有些内容还没有。请先补好，或者勾选“缺的先空着，照样开具”。
refusal-certificate-revoked = 这份证明已经撤销了。
refusal-certificate-reason = 请选择撤销原因，查验的人会看到。
refusal-certificate-note = 请写明为什么撤销，{ $most } 字以内，志愿者会看到。

refusal-review-decided = 这条记录已经复核过了。
refusal-review-words = 请写明情况，{ $most } 字以内。
refusal-review-own = 自己的时长不能自己复核。请另一位工作人员复核。
refusal-review-took-part = 经手过这条记录的人不能复核它。请另一位工作人员复核。
refusal-review-household = 志愿者或经手人的家人、同住的人不能复核。请另一位工作人员复核。
refusal-review-not-heard = 志愿者还没有说明情况，说明的期限也没有到，现在不能作废。请先联系本人。
refusal-review-reason = 请写明理由，{ $most } 字以内，志愿者会看到。
refusal-review-verdict = 请选择复核结果。
refusal-appeal-nothing = 这条记录没有被认定为不属实，不用申请复核。
refusal-appeal-once = 这次认定已经申请过复核，只能申请一次。结果会用短信告诉本人，也写在这条服务记录里。
refusal-appeal-late = 申请复核的期限已经过了。如果还有新的情况，请打服务热线说明。
refusal-appeal-words = 请写明为什么认为认定不对，{ $most } 字以内。
refusal-appeal-decided = 这份复核申请已经有结果了，不用再作决定。
refusal-appeal-own = 自己的复核申请不能自己决定。请另一位监督人员或县区负责人决定。
refusal-appeal-took-part = 录入、确认、回访、复核过这条记录，或者代写过说明和申请的人，不能决定。请另一位监督人员或县区负责人决定。
refusal-appeal-household = 志愿者或经手人的家人、同住的人不能决定。请另一位监督人员或县区负责人决定。
refusal-appeal-reason = 请写明理由，{ $most } 字以内，志愿者会看到。
refusal-appeal-outcome = 请选择复核申请的结果。
refusal-appeal-overlaps = 作废以后，这段时间又有了别的记录，恢复就会重复计算。请先请工作人员更正或作废那一条，再来决定。
refusal-call-back-given = 这条记录已经回访过了。
refusal-call-back-answer = 请选择服务对象怎么说。
refusal-call-back-heard = 请写下问了谁、他怎么说，不超过 { $most } 个字。
refusal-rating-heard = 替人登记评价，请写下问了谁、他怎么说。
refusal-national-empty = 这几天没有可以报送的记录{ $waiting ->
    [0] 。请换一段日期。
   *[other] ，还有 { $waiting } 条在等确认或核查。请先办完，或换一段日期。
}
refusal-national-too-many = 一个文件最多放 { $most } 条记录。请把日期分成两段，各下载一次。
