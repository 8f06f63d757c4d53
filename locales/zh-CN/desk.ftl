# 派单台和待办：工作人员看的页面。

desk-title = 派单台
desk-queue = 等着办的事
desk-late-count = 超时 { $count } 件
desk-phase-review = 待研判
desk-phase-dispatch = 待派
desk-phase-doing = 办理中
desk-phase-confirm = 待确认
desk-phase-call-back = 待回访
desk-to-confirm = 待确认的服务记录
desk-filter = 筛选
desk-filter-kind = 类别
desk-filter-level = 紧急程度
desk-filter-place = 地方
desk-filter-all = 全部
desk-filter-mine = 我负责的地方
desk-column-matter = 事项
desk-column-clock = 时限
desk-column-handler = 经办
desk-column-source = 来源
desk-column-look = 看一眼
desk-look = 看一眼
desk-nobody-yet = 还没有人
desk-open = 打开办理
desk-empty = 这里现在没有等着办的事。
desk-empty-last = 这里现在没有等着办的事。上一件 { $when } 已回应。
desk-flag-private = 保密
desk-flag-reopened = 重新打开
desk-channel-web = 网上
desk-channel-api = 接口
desk-channel-phone = 电话
desk-channel-paper = 纸质表
desk-channel-desk = 窗口
desk-channel-import = 导入
desk-channel-job = 系统
desk-channel-simulator = 演示
desk-channel-command-line = 命令行

desk-what = 什么事
desk-row-place = 地方
desk-row-raised = 收到
desk-row-type = 类型
desk-row-way = 服务方式
desk-row-risks = 上门注意
desk-row-handler = 经办人
desk-row-department = 承办部门
desk-row-next-word = 下次回话
desk-row-pause = 时限暂停
desk-row-ended = 结果
desk-raised-by-way = { $when }，{ $channel }
desk-paused-until = { $rule }，最迟到 { $when }
desk-ended = { $outcome }，{ $when }
desk-closed = 已办结
desk-due-resident = 对群众
desk-due-step = 本步
desk-field-sealed = 已封存
desk-protected-hint = 姓名、电话、地址等已封存。点开会记下是谁、什么时候看的，当事人能查到。
desk-protected-open = 看封存的内容
desk-photo = 现场照片 { $number }
desk-photo-hint = 照片里可能有别人的脸和车牌，请不要外传。
desk-yes = 是
desk-no = 否
desk-when-now = 现在
desk-when-today = 今天
desk-when-morning = 上午
desk-when-afternoon = 下午
desk-when-evening = 晚上

desk-do = 怎么办
desk-do-nothing = 这一步不由您来办，您可以看进展。
desk-to-assign = 派给谁、看任务
desk-do-answer = 办理
desk-do-part = 答复本部门的部分
desk-do-note = 记一笔
desk-do-next-word = 约下次回话
desk-do-handler = 交给同事
desk-do-reroute = 改派
desk-do-pause = 暂停时限
desk-do-resume = 恢复计时
desk-do-private = 设为保密
desk-do-merge = 合并到另一件
desk-do-reopen = 重新打开
desk-saved = 已保存。
desk-choose = 请选择
desk-level = 紧急程度
desk-type = 类型
desk-way = 服务方式
desk-way-hint = 必须选一种
desk-risks = 上门要注意
desk-departments = 请哪些部门一起办
desk-department = 哪个部门
desk-handler = 由哪位同事办
desk-reason = 理由
desk-reason-lowering = 调低紧急程度时要写
desk-result = 办了什么，结果怎样
desk-owner = 该由谁办
desk-owner-hint = 写清单位和电话，好让当事人去找
desk-basis = 依据
desk-basis-hint = 哪部法律或规定、第几条
desk-head = 负责人姓名
desk-next-word = 下次什么时候回话
desk-note = 写一笔
desk-note-hint = 会留在经过里，不要写病情、身份证号和门牌
desk-place = 改到哪个地方
desk-place-hint = 填区划代码，或从列出的里面选
desk-pause-rule = 为什么可以暂停
desk-merge-into = 并入哪一件
desk-merge-hint = 填那一件的编号，或从列出的里面选
desk-private-hint = 保密后只有经办的人看得到，只有当事人本人能解除。
desk-part-answer = 本部门的意见
desk-part-said = 说明
desk-part-basis-hint = 不同意时要写：哪部法律或规定、第几条
desk-part-waiting = 等待答复
desk-part-agreed = 同意
desk-part-refused = 不同意
desk-part-called-off = 不用再答
desk-similar = 可能是同一件
desk-timeline = 经过
desk-by-system = 系统
desk-for-someone = { $who }，替 { $whom }

desk-changed = 刚才有人先改了
desk-changed-since = 别人改了什么
desk-changed-typed = 您写的
desk-changed-again = 您写的都在下面的表单里。看过以后，要改就再提交一次。

desk-event-answered = 给了答复
desk-event-raised = 收到
desk-event-closed = 办结：{ $outcome }
desk-event-level-set = 紧急程度由“{ $from }”改为“{ $to }”
desk-event-assigned = 交给 { $who }
desk-event-handed-over = 转给 { $who }
desk-event-part-asked = 请 { $who } 答复
desk-event-part-called-off = 不用 { $who } 再答
desk-event-part-answered = { $who } 答复：{ $state }
desk-event-paused = 时限暂停：{ $rule }
desk-event-resumed = 恢复计时
desk-event-rated = 当事人说{ $solved ->
    [yes] 解决了
   *[no] 没解决
}，评价 { $rating } 分（满分 5 分）
desk-event-rated-solved = 当事人说{ $solved ->
    [yes] 解决了
   *[no] 没解决
}
desk-event-next-word-set = 约定 { $when } 回话
desk-event-next-word-missed = 到了约定的时间没有回话
desk-event-private-set = { $private ->
    [yes] 设为保密
   *[no] 解除保密
}
desk-event-escalated = 超时，已告诉{ $role }
desk-event-reminded = 快到期，已提醒
desk-event-clock-unset = 工作日历没有导入，时限算不出
desk-event-merged = 与另一件合并
desk-event-noted = 记了一笔
desk-event-rerouted = 改派
desk-event-reopen-asked = 申请重新办理
desk-event-reopened = 重新打开
desk-event-withdrawn = 当事人撤回
desk-event-followed = 又有人反映同一件事
desk-event-photo-added = 加了照片
desk-event-look-wanted = 志愿者建议社工去看看
desk-event-nobody-came = 到时间没有人签到，请打电话核实
desk-event-cut-short = 来的人很快就离开了，时间太短不能计入记录，请打电话核实
desk-event-other = 有新进展

desk-role-resident = 居民
desk-role-volunteer = 志愿者
desk-role-team-leader = 队长
desk-role-social-worker = 社工
desk-role-community-worker = 社区工作者
desk-role-grid-member = 网格员
desk-role-call-taker = 接线员
desk-role-department-clerk = 部门经办人
desk-role-inspector = 督查员
desk-role-county-official = 县级负责人
desk-role-administrator = 管理员
desk-role-auditor = 审计员

desk-handling-title = 待办
desk-handling-empty = 现在没有等您办的事，辛苦了。
desk-handling-mine = 等我办
desk-handling-department = 本部门的

refusal-merge-code-unknown = 没有找到这个编号，请核对后再填。
refusal-time-unreadable = 请选日期和时间，例如 2026-06-09 10:00。

# A photo
desk-photo-title = 遮挡照片
desk-photo-lead = 报送人只看得到遮挡后的照片，办理的人一直看得到原图。遮住的地方变成一种颜色，没法复原。
desk-photo-squares = 点住别人的脸、车牌和门牌所在的格子
desk-photo-alt = 现场照片原图
desk-photo-square = 第 { $row } 行第 { $column } 列
desk-photo-nothing = 照片里没有别人的脸、车牌和门牌，不用遮
desk-photo-release = 给报送人看
desk-photo-withhold = 收回
desk-photo-is-released = 报送人现在看得到。收回后只有办理的人和拍照的人看得到。
desk-photo-released = 报送人现在看得到这张照片，遮住的地方他看不到。
desk-photo-withheld = 照片已收回。
desk-photo-cover = 遮挡，给报送人看
desk-photo-open = 报送人可见
desk-photo-closed = 仅办理人可见
desk-event-photo-released = 给报送人看了照片
desk-event-photo-withheld = 收回了照片
desk-note-photos = 照片
desk-note-photos-hint = 修好了，拍一张给报送人看；遮挡以后他才看得到
