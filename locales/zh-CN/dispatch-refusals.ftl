refusal-task-before-triage = 这件事还没有研判，不能定任务。请先研判。
refusal-task-matter-closed = 这件事已经办结，不能再定任务。需要时请先重新打开它。
refusal-task-title = 请给任务写一个 60 字以内的名称。
refusal-task-window = 结束时间要晚于开始时间。
refusal-task-in-past = 任务只能安排在将来。已经做完的服务，请走「补录」。
refusal-task-credential-unknown = 没有「{ $credential }」这种证书。现有的：{ $known }。
refusal-task-too-short = 一个任务至少 { $minutes } 分钟。再短的，请和别的一起安排。
refusal-task-too-far-ahead = 任务最多提前 { $days } 天安排。请看看年份有没有写错；更晚的，到时候再安排。
refusal-task-too-long = 一个任务最长 { $hours } 小时。请分成几个任务。
refusal-task-slots = 名额请填 1 到 { $most }。
refusal-task-slots-taken = 已经有 { $taken } 人接单，名额不能比这少。
refusal-task-skill-unknown = 没有「{ $skill }」这种本领。现有的：{ $known }。
refusal-task-two-needed = 这一户要求两人同行，名额至少 2 个。
refusal-task-not-standing = 这个任务已经取消或办完了。
refusal-task-begun = 已经有志愿者签到，不能再取消这个任务。请到「签到情况」替他们签退，已做的会留下记录；还没来的，请打电话说一声。
refusal-task-tells-phone = 这里不能写电话，受邀的人都看得到。接了任务的人自己看得到电话，请删掉再提交。
refusal-task-no-way = 这件事没有写地址，也没有留电话，来的人找不到。请在「在哪里」写明碰头的地方，比如「社区服务站门口」；或者先问清楚，自己去，或者打电话办。
refusal-task-tells-door = 这里不能写单元和门牌，受邀的人都看得到。接了任务的人自己看得到门牌，请只写社区和楼栋。
refusal-task-tells-name = 这里不能写“{ $name }”：受邀的人都看得到，还没有人答应去。接了任务的人自己看得到姓名，请改成“陪诊”“送药”这样的说法。
refusal-task-change-begun = 已经有人签到，任务不能再改。要写的，请写在事项的经过里。
refusal-task-edit-nothing = 什么都没有改。请改好再保存，或返回。
refusal-task-edit-busy = { $name } 那个时间答应了别的任务。请换个时间，或先和本人商量。
refusal-task-place-hint = 请写在哪里，例如“黄楼社区 3 号楼”。
refusal-task-changed-meanwhile = 刚才有人先改了这个任务。请看看现在的样子，要改就再提交一次。
refusal-task-cut-meanwhile = { $who } 刚给这件事定了一个任务：{ $title }，{ $when }。够了就不用再定；还要再定一个，请再提交一次。
refusal-task-after-promise = 这个时间比答应居民的晚：答应过最晚 { $when } 办好。请把时间提前；只能这样的，请勾选「就定在这以后」再提交一次。
refusal-task-over = 这个任务的时间已经过了。
refusal-task-not-open = 这个任务现在不接受自己报名。请看看其他任务。
refusal-task-taken-already = 您已经接了这个任务，不用再接一次。
refusal-task-assign-not-staff = 只能交给本辖区的工作人员。志愿者请用「邀请」，由本人决定接不接。
refusal-task-assign-credential = 这个任务需要「{ $credential }」，要去的同事还没有登记、核对过有效的证书。请先登记证书、由另一位同事核对，或请有证书的人去。
refusal-task-assign-close = 这个任务不能由亲属、同住的人、代办人或当事人自己去。请换一位同事去，或请志愿者接单。
refusal-task-assign-women-only = 这个任务要女性去。请换一位女同事，或请女志愿者接单；登记里没有写性别的，请先补上。
refusal-task-not-going = 这个任务没有安排您去，不用点「我不去了」。
refusal-widen-nothing = 放宽后的范围要比现在更大。请选更远的范围，或去掉技能要求。
refusal-wave-empty = 请至少选一位志愿者。
refusal-invite-other-team = 队长只能请自己队里的人。要请别的志愿者，请社区工作人员邀请。
refusal-wave-too-many = 一次最多邀请 { $most } 位。请先等他们回复，再邀请下一批。
refusal-offer-reply-by = 请把回复时限定在现在之后、任务结束之前。
refusal-offer-reply-short = 从邀请发出到这个时间不到 { $minutes } 分钟，来不及回复。请填晚一点的回复时间，或者改任务的开始时间。

refusal-slot-taken = 已被接走，谢谢您。{ $count ->
    [0] 附近暂时没有相似的任务。
    [1] 还有一个相似的任务：{ $first_title }。
   *[other] 还有两个相似的任务：{ $first_title }、{ $second_title }。
}
refusal-offer-expired = 回复时间已经过了，没有关系。您可以看看「附近可接」的任务。
refusal-offer-cancelled = 这次邀请已由工作人员取消，谢谢您。
refusal-offer-matter-back = 社工正在重新看这件事，暂时不派人，谢谢您。需要人时会再邀请您；想问清楚，请打任务里的电话或联系社区。
refusal-offer-matter-closed = 这件事已经办结，不用再去了，谢谢您。您可以看看「附近可接」的任务。
refusal-offer-answered = { $state ->
    [accepted] 您已经接下这个任务了。要取消请点「我要取消」。
    [declined] 您已经婉拒了这次邀请，回复时间也过了。改变主意的话，请看看它是否在「附近可接」里。
   *[other] 这次邀请已经有结果了。
}
refusal-offer-not-accepted = 您现在没有接这个任务，不用取消。
refusal-offer-begun = 已经签到，不能再取消。请先签退；做不下去时请打服务站电话。
refusal-offer-not-standing = 这次邀请已经有结果了，不用再取消。

# 告诉想来的志愿者
refusal-excluded-not-active = 您现在不是登记的志愿者。请先登记，或联系社区恢复。
refusal-excluded-credential-missing = 这个任务需要「{ $credential }」。您如果有，请先上传证书。
refusal-excluded-credential-expired = 您的「{ $credential }」已于 { $day } 到期。请更新证书后再接。
refusal-excluded-credential-unverified = 您的「{ $credential }」还没有核对。请联系社区工作人员核对证书。
refusal-excluded-credential-not-yet = 您的「{ $credential }」从 { $day } 起才有效。
refusal-excluded-credential-withdrawn = 您的「{ $credential }」已于 { $day } 撤销。有疑问请联系社区。
refusal-excluded-skill = 这个任务需要会「{ $skill }」的人。您如果会，请在「我的」里加上。
refusal-excluded-age-unknown = 这个任务有年龄要求。请先补填出生日期。
refusal-excluded-too-young = 这个任务要年满 { $least } 周岁才能参加，谢谢您的热心。
refusal-excluded-guardian-consent = 未成年人参加要监护人同意。请监护人先签同意书。
refusal-excluded-minor-in-danger = 这个任务有危险，依法不能安排未成年人参加。谢谢您的热心。
refusal-excluded-women-only = 这个任务需要女志愿者，谢谢您的理解。
refusal-excluded-not-available = 这段时间不在您的空闲时间里。您可以在「我的」里调整。
refusal-excluded-engaged = 您在这段时间前后已经有任务了。请先休息，或看看别的时间。
refusal-excluded-conflict = 为了公平，亲属、同住的人和当事人不能接这个任务。
refusal-excluded-left-alone = 您设置了这段时间不打扰。要参加请先在「我的」里取消。
refusal-excluded-already-invited = 您已经收到过这个任务的邀请。
refusal-excluded-not-insured = 这个任务要先有意外保险。请联系社区办理，费用由组织单位承担。
refusal-excluded-too-far = 这个任务离您较远，这一轮先邀请附近的志愿者。

# 告诉派单的社工
excluded-not-active = 当天不是在册志愿者
excluded-credential-missing = 没有「{ $credential }」
excluded-credential-expired = 「{ $credential }」已于 { $day } 到期
excluded-credential-unverified = 「{ $credential }」还没有核对
excluded-credential-not-yet = 「{ $credential }」从 { $day } 起才有效
excluded-credential-withdrawn = 「{ $credential }」已于 { $day } 撤销
excluded-skill = 没有登记「{ $skill }」这项技能
excluded-age-unknown = 出生日期未登记，任务有年龄要求
excluded-too-young = 不满 { $least } 周岁
excluded-guardian-consent = 缺监护人同意
excluded-minor-in-danger = 未成年人，任务有危险
excluded-women-only = 任务要求女志愿者
excluded-not-available = 不在本人填的空闲时间
excluded-engaged = 前后已有任务或在休息
excluded-conflict = 回避：{ $tie ->
    [same] 就是当事人
    [household] 和当事人同住
   *[kin] 和当事人是亲属
}
excluded-left-alone = 本人希望这段时间不被打扰
excluded-already-invited = 这个任务已邀请过
excluded-not-insured = 没有覆盖这段时间的意外保险
excluded-too-far = 超出这一轮的距离

# 推荐理由，用分号连成一句
reason-credential = 有「{ $credential }」，已核对
reason-same-grid = 同一网格
reason-same-village = 同村（社区）
reason-same-township = 同乡镇（街道）
reason-same-county = 同县区
reason-beyond = 外县区
reason-this-week = { $count ->
    [0] 本周还没有任务
   *[other] 本周 { $count } 单
}
reason-served-before = 服务过这位居民 { $count } 次
reason-language = 会说「{ $language }」
reason-useful-skills = 有 { $count } 项用得上的技能
reason-preferred-sex = 符合居民对性别的希望
reason-team-member = 是这支队伍的队员
reason-never-served = 还没有安排过服务
reason-weeks-waiting = { $count ->
    [0] 这一周刚服务过
   *[other] 已有 { $count } 周没有服务
}
refusal-invite-quiet = 现在是休息时间，短信到 { $when } 才发。请把回复时间选在那以后，或者不填。
refusal-waves-not-running = 现在没有在分批邀请，不用停。
