# 事项：规则不允许时，对人说的话。先说怎么了，再说怎么办。

refusal-already-paused = 时限已经暂停，不用再暂停一次。
refusal-answer-not-possible = 这一步不能这样办。{ $count ->
    [0] 这一步等别人来说，这里没有可选的。
   *[other] 现在可以：{ $possible }。
}
refusal-answer-somebody-comes = 有人接了单：{ $names }。不能算无人接单；不用他们来的，请先取消任务，他们会收到消息。
refusal-answer-before-wanted = 这件事要在 { $day } 办，还没有到那一天。已经提前办了的，请说明是提前办的。
refusal-answer-requires = { $field ->
    [reason] 请写明理由。
    [owner] 请写明该由谁办，好让提出的人知道去找谁。
    [basis] 请写明依据：哪部法律或规定、第几条。
    [level] 请选紧急程度。
    [type] 请选事项类型。
    [way] 请选服务方式。
    [next_word_at] 请写明下次什么时候回话。
    [departments] 请选由哪个部门办。
    [handler] 请选由哪位工作人员办。
    [result] 请写明办了什么、结果怎样。
    [head] 请写明负责人姓名。
    [heard] 请写下问了谁、他怎么说。
   *[other] 还缺一项：{ $field }。请补上再提交。
}
refusal-assign-close = 和当事人有关系的人（本人、亲属、同住的人、代办人）不能办这件事。请交给另一位同事。
refusal-assign-not-staff = 只能交给负责这一步的工作人员。请志愿者帮忙，要发接单邀请。
refusal-assign-other-unit = 这件事已经转给部门，只能交给这个部门的经办人。要换部门的，请用“改派”。
refusal-calendar-year-not-loaded = { $year } 年的工作日历还没有导入，算不出期限。请联系系统管理员导入后再办。
refusal-call-back-by-handler = 这件事是您经办的，请换一位同事回访。
refusal-date-out-of-range = 日期超出可以计算的范围，请检查后再填。
refusal-departments-missing = 请至少选一个参加审查的部门。
refusal-field-no-such-option = “{ $label }”没有这个选项，请从列出的里面选。
refusal-field-not-a-credit-code = “{ $label }”应是 18 位数字和字母，请核对后再填。
refusal-field-not-a-date = “{ $label }”不是有效的日期，请按 2026-11-25 的样子填写。
refusal-field-not-a-time = “{ $label }”没有这种写法。请用其中之一：{ $allowed }。
refusal-field-day-far = “{ $label }”选的日子太远了，请核对年份，选 { $latest } 以前的日子。
refusal-field-day-past = “{ $label }”选的日子已经过去了，请选今天或以后的日子；如果现在就需要，请选“现在就要”。
refusal-field-part-over = “{ $label }”选的是今天，{ $part ->
    [morning] 上午
    [afternoon] 下午
   *[evening] 晚上
}已经过了，请选今天晚些时候或者别的日子；如果现在就需要，请选“现在就要”。
refusal-field-not-a-number = “{ $label }”请填数字。
refusal-field-not-a-point = “{ $label }”没有读对，请按 35.24120,115.44310 的样子填写，或者不填。
refusal-field-not-a-phone = “{ $label }”的电话号码不对。请填 11 位手机号，或带区号的固定电话，例如 0530-5551234。
refusal-field-out-of-range = “{ $label }”请填 0 到 { $max } 之间的数。
refusal-field-required = 请填写“{ $label }”。
refusal-field-too-many = “{ $label }”最多 { $max } 项，请去掉几项。
refusal-field-unknown = 这里没有“{ $field }”这一项，请去掉。可以填的有：{ $known }。
refusal-follow-already = 您已经在跟这一件了，有进展会告诉您。
refusal-follow-none = 您没有跟着这一件，不用再取消。
refusal-follow-own = 这就是您自己的事项，有进展会告诉您。
refusal-follow-party = 这件事请您说明过，有了结果会告诉您，不用再跟着。
refusal-follow-private = 这一件不能跟。请另外提交一件，我们单独为您办。
refusal-kind-closed = “{ $kind }”已停止受理。请另选一种事项，或拨打热线。
refusal-level-unknown = 没有“{ $level }”这个紧急程度，请重新选。
refusal-level-by-staff = 紧急程度由填写的内容得出，只有替人登记的工作人员才能另定。请去掉“level”。
refusal-channel-by-staff = 从哪里来的，只有替人登记的工作人员才能写明（for_someone 为 true）。请去掉“channel”。
refusal-occurred-by-staff = 发生的时间只有替人登记的工作人员才能写明（for_someone 为 true）。请去掉“occurred_at”。
refusal-occurred-too-long-ago = 发生的时间不能早于 { $earliest }。请看看年份有没有写错；更早的事，时间请留空，在内容里写明是哪一天。
refusal-matter-place-wide = 这个地方太大，不知道由哪里的人去看。请选其中的一个村、社区或网格。
refusal-photo-kind = 这一类事项不收照片。
refusal-photos-most = 每个人在一件事里最多传 { $most } 张照片，以前传的也算。请去掉多出来的再提交。
refusal-lowering-needs-reason = 把紧急程度调低，请写明理由。
refusal-matter-close = 您和这件事的当事人有关系（本人、亲属、同住或代办），按规定要回避：不能研判、办理、办结，也不能替他登记评价。请交给同事，例如：{ $names }。
refusal-matter-close-alone = 您和这件事的当事人有关系（本人、亲属、同住或代办），按规定要回避：不能研判、办理、办结，也不能替他登记评价。现在没有别的同事能办这一步，请管理员安排同事；还没有办的，也可以改派到别处。
refusal-matter-closed = 这件事已经办结。没有办好的，在期限以内可以申请重新办理；过了期限的，请另外提交一件。
refusal-merge-into-closed = 要并入的那一件已经办结，请选一件还在办的。
refusal-merge-into-served = 要并入的那一件已经办好，只等回话。新提的请单独办理；是对那一件不满意的，请在那一件里记下评价。
refusal-merge-itself = 不能和自己合并，请选另一件。
refusal-merge-not-offered = 这类事项不能合并，请分别办理。
refusal-merge-other-kind = 两件不是同一类事项，请分别办理。
refusal-merge-private = 其中一件要求保密，合并会让双方互相看到，请分别办理。
refusal-merge-two-people = 这两件不是同一个人的，不能直接合并。核实过确实是同一件的，请勾选并写明理由；不是的，请分别办理。
refusal-needs-triage = 这件事还在研判，请先定级再办。
refusal-next-word-in-the-past = 下次回话的时间已经过去，请选以后的时间。
refusal-next-word-far = 回话的日子太远了，请核对年份，选 { $latest } 以前的日子；到时还可以再约。
refusal-not-at-review = 这件事已经研判过了，请看现在到了哪一步。
refusal-not-closed = 这件事还在办，不用重新打开；有话可以在“补充说明”里写。
refusal-not-joint = 这一步不是并联审查，请看现在到了哪一步。
refusal-not-paused = 时限没有暂停，正在计时。
refusal-note-empty = 请先写点内容。
refusal-urge-not-late = 这件事还没有超时，不用催。
refusal-urge-rests = 现在等提出的人回话，没有工作人员可催。
refusal-urge-again = 24 小时内已经催过一次，请再等等；要紧的事请直接打电话。
refusal-urge-nobody = 没有找到轮到谁办。请先改派，或者打电话问当地。
refusal-nothing-to-rate = 现在还没有可以评价的服务。
refusal-one-department = 这里只能交给一个部门，请选一个牵头的。
refusal-outcome-not-possible = 这一步不能这样办结。{ $count ->
    [0] 这一步等别人来说，这里没有可选的。
   *[other] 现在可以：{ $possible }。
}
refusal-part-already-answered = 贵单位的意见已经收到，不用再交一次。
refusal-part-not-asked = 这次审查没有请这个单位参加，请核对单位。
refusal-part-refusal-needs-basis = 不同意请写明依据：哪部法律或规定、第几条。
refusal-pause-needs-reason = 请写明为什么暂停，提出的人会看到。
refusal-pause-not-here = 这一步不能因“{ $rule }”暂停时限。
refusal-pause-unknown = 没有“{ $rule }”这种暂停，请从列出的里面选。
refusal-private-lift-reason = 请写明为什么解除保密，例如本人来电要求；提出的人也看得到这句话。
refusal-private-not-offered = 这类事项不能设为保密。不想公开的内容请不要填写，或拨打服务热线。
refusal-rate-by-handler = 这件事是您经办的，请提出的人自己评价，或请别的同事代为记录。
refusal-try-not-here = 这一步不用回访，不用记没打通。
refusal-try-too-soon = 刚记过一次没打通。请过 { $minutes } 分钟再打，换个时间打才算一次。
refusal-unreachable-too-few = 只记了 { $count } 次没打通，要换时间打满 { $times } 次才能这样办结。请先用“没打通，记一次”记下来。
refusal-rating-out-of-range = 请在一到五颗星里选。
refusal-reopen-merged = 这一件已经并入另一件一起办，不能单独重新打开。{ $number ->
    [none] 请另提一件。
   *[other] 请看 { $number }；合并错了、还要单独办的，请另提一件。
}
refusal-reopen-needs-reason = 请说说哪里没有解决，我们好接着办。
refusal-reopen-not-offered = 这类事项办结后不能重新打开，请另外提交一件。
refusal-reopen-too-late = 重新打开的期限是 { $until }，已经过了。请另外提交一件，我们会接着办。
refusal-reopened-needs-other-person = 这件事重新打开后要换人来看，请交给另一位同事。
refusal-reroute-not-offered = 这类事项不能改派，请在本单位办理。
refusal-reroute-done = 这件事已经办好，正在等回话，不能再改派。回访时说没有解决的，先退回研判再改派。
refusal-reroute-nowhere = 请选一个与现在不同的地方或单位。
refusal-reroute-too-often = 已经改派 { $count } 次。再改派要由上级决定，请向上级报告。
refusal-risk-unknown = 没有“{ $risk }”这一项风险，请从列出的里面选。
refusal-step-gone = 办理流程已经调整，原来的一步“{ $step }”没有了。请刷新页面后再办。
refusal-type-unknown = 没有“{ $type }”这个类型，请重新选。
refusal-way-does-not-fit = “{ $way }”这种服务方式和这个办法对不上，请重新选。
refusal-withdraw-not-offered = 这类事项不能撤回，请打电话给经办人说明。
refusal-withdraw-already = 这件事已经撤回，不用再撤回。还需要的，请另外提交一件。
refusal-withdraw-done = 已经处理完了。请在这件事的页面上说一声解决了没有；没有解决的，会接着办。
refusal-withdraw-too-late = 已经有人接了。不需要的话，请打电话告诉经办人，由他来办结。
refusal-handover-says-nothing = 请写一句要交代的话，或在某件事下留言；没有特别的事，就写“没有特别的事”。
refusal-handover-unsigned = 您上一次交班还没有人接。请等人接班，或先收回那一次。
refusal-handover-urgent-alone = 还有 { $count } 件紧急的事没有同事接手。请选一位同事先看着，或先把它们派出去。
refusal-handover-watch-self = 您要下班了，请选别的同事看着。
refusal-handover-watch-not-staff = 请从名单里选一位在岗的同事。
refusal-handover-own = 自己交的班要由别人来接。
refusal-handover-taken = 已经有人接班了。
refusal-handover-withdrawn = 这次交班已被收回，请看最新的一次。
refusal-handover-nobody-takes = 没有别的同事能接手这件事。请不要勾「交给接班人」，它还在您名下。
refusal-handover-not-own = 只有交班人自己能收回。

refusal-reply-kind = 这类事项不用请当事人说明。
refusal-reply-closed = 已经办结，不能再请当事人说明；需要时请先重新打开。
refusal-reply-reporter = 这个手机号是提出的人或跟着这一件的人，请核对当事人的手机号。
refusal-reply-party = 请写当事人的店名或姓名，最多 { $most } 字。
refusal-reply-told = 请写告诉当事人的事实，最多 { $most } 字。
refusal-reply-names-reporter = 里面有提出的人的姓名，请改成不提是谁提出的。
refusal-reply-asked = 已经请这位当事人说明，还在等；有答复时请用「代记当事人说明」。
refusal-reply-over = 这件事已经办结。还有话要说，请打热线电话。
refusal-reply-full = 说明一共最多 { $most } 字，已经写满了。还有要说的，请打电话告诉经办的人。
refusal-reply-words = 请写说明，最多 { $most } 字。
